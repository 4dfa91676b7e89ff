// The weight gradient of a direct convolution, as one product in canonical order: of the small side's channels by what
// its windows see of the large side (im2col: Chellapilla, Puri and Simard 2006), some lines of pixels at a time.
#pragma once
#include <hepgan/backend/native/direct/direction.hpp>
#include <hepgan/backend/native/matrix_order.hpp>
#include <hepgan/backend/native/matrix_tiles.hpp>

namespace hepgan::native::direct {

/// Rows of the product are small channels, columns [large channel][tap]; it sums over pixels of the small side. So many
/// lines of these, and then so many blocks of large channels, are taken at a time that either side stays in a core's
/// cache: the more lines, the fewer times is the gradient added to. V are the widest lanes, whatever the layout's are.
template <class V>
struct window_product {
  int rows, taps, of_block, columns, line, lines, blocks;  ///< columns of a block, pixels of a line
  window_product(const direction& d, int batch)
      : rows(d.to.extent.channels),
        taps(d.axes[0].kernel * d.axes[1].kernel),
        of_block(d.framed.block * taps),
        columns(d.from.extent.channels * taps),
        line(d.to.extent.width) {
    const std::int64_t held = d.cache / 2 / std::int64_t(sizeof(float)) / line;
    lines = pieces(batch * d.to.extent.height, held / (std::max)(rows, of_block));
    blocks = pieces(d.framed.blocks, held / lines / of_block);
  }
  /// As few pieces as can be, alike in size, of at most so many.
  static int pieces(int all, std::int64_t most) {
    return events_of_chunk(all, static_cast<int>(std::clamp<std::int64_t>(most, 1, all)));
  }
  row_tiles<V> tiles() const { return matrix_product::even_tiles<V>(rows); }
  std::int64_t tile_numbers() const { return matrix_product::tile_numbers(tiles(), lines * line); }
  std::int64_t window_numbers() const { return round_up(std::int64_t(blocks) * of_block * lines * line); }
  /// Of each worker: the windows of a pixel and a block, in whole vectors of taps, before they are turned and after.
  int padded(int width) const { return (taps + width - 1) / width * width; }
  std::int64_t room(int width) const { return 2 * round_up(of_block / taps * padded(width)); }
  std::int64_t scratch(int threads, int width) const {
    return tile_numbers() + window_numbers() + threads * room(width);
  }
};

/// Channels of some lines of the small side, [tile][pixel][channel].
template <class V, class Real>
void put_tiles(const direction& d, const row_tiles<V>& tiles, int first, int lines, const Real* images, Real* to) {
  const int height = d.to.extent.height, width = d.to.extent.width, block = d.to.form.block;
  parallel_for(tiles.count(), [&](std::int64_t t) {
    const int tile = static_cast<int>(t), rows = tiles.height_of(tile);
    Real* into = to + std::int64_t(tiles.before(tile)) * lines * width;
    std::int64_t channel[row_tiles<V>::most];
    for (int r = 0; r < rows; ++r) channel[r] = d.at(tiles.first(tile) + r, 0, 0);
    for (int l = first; l < first + lines; ++l) {
      const Real* from = images + l / height * d.stored() + std::int64_t(l % height) * width * block;
      for (int w = 0; w < width; ++w, from += block)
        for (int r = 0; r < rows; ++r) *into++ = from[channel[r]];
    }
  });
}

/// What the windows of a line see of one block, [channel][tap] of each pixel, to columns of their panels from `column`
/// on.
template <class V, class Widest, class Real>
void put_windows(const direction& d, const window_product<Widest>& p, const Real* frame_row, int block, Real* room,
                 const matrix_order::in_panels<Real>& to, int column, int step) {
  const frame& f = d.framed;
  const int channels = (std::min)(f.block, d.from.extent.channels - block * f.block);
  const int across = d.axes[1].kernel * f.block, whole = p.taps / V::width * V::width;
  const bool straight = whole == p.taps && channels == f.block && 2 * p.taps % to.width == 0;
  Real* const turned = room + round_up(p.padded(V::width) * f.block);
  const Real* from = frame_row + block * f.row();
  for (int w = 0; w < d.to.extent.width; ++w, ++step, from += d.axes[1].stride * f.block) {
    for (int a = 0; a < d.axes[0].kernel; ++a) std::copy_n(from + a * f.blocks * f.row(), across, room + a * across);
    const auto turn = [&](int begin, int end) {
      transpose<V>(
          end - begin, f.block, true, room + begin * f.block, f.block,
          [&](int c, int tap) {
            const int number = c * p.taps + begin + tap;
            return straight ? to(step, column + number) : turned + number;
          },
          putting<false, Real>{});
    };
    if (whole < p.taps)
      turn(whole, p.padded(V::width));  // what is over are the next channel's first numbers, which follow
    turn(0, whole);
    for (int n = 0, count = 0; !straight && n < channels * p.taps; n += count) {
      count = (std::min)(to.width - (column + n) % to.width, channels * p.taps - n);
      std::copy_n(turned + n, count, to(step, column + n));
    }
  }
}

/// Adds a batch's to the canonical gradient.
template <class V, class Widest, class Real>
void add_weight_gradient(const direction& d, int batch, int threads, const Real* large, const Real* small, Real* frames,
                         Real* room, Real* gradient) {
  using namespace matrix_product;
  const frame& f = d.framed;
  const window_product<Widest> p(d, batch);
  const row_tiles<Widest> tiles = p.tiles();
  Real *const a = room, *const b = a + p.tile_numbers(), *const own = b + p.window_numbers();
  const int height = d.to.extent.height, chunk = chunk_events(f, d.cache, batch, 1);
  const auto frame_row = [&](int line) {
    return frames + line / height * f.numbers() + line % height * d.axes[0].stride * f.blocks * f.row();
  };
  for (int event = 0; event < batch; event += chunk) {
    const int events = (std::min)(chunk, batch - event);
    fill_frames<V>(f, large + event * f.stored(), events, frames);
    for (int first = 0; first < events * height; first += p.lines) {
      const int lines = (std::min)(p.lines, events * height - first), steps = lines * p.line;
      put_tiles(d, tiles, first, lines, small + event * d.stored(), a);
      for (int block = 0; block < f.blocks; block += p.blocks) {
        const int blocks = (std::min)(p.blocks, f.blocks - block), column = block * p.of_block;
        const column_panels<Widest> panels{(std::min)(blocks * p.of_block, p.columns - column), steps};
        parallel_for(threads, std::int64_t(lines) * blocks, [&](std::int64_t worker, std::int64_t i) {
          const int l = static_cast<int>(i / blocks), of_group = static_cast<int>(i % blocks);
          put_windows<V>(d, p, frame_row(first + l), block + of_group, own + worker * p.room(V::width),
                         {b, panels.columns, steps, panels.widest}, of_group * p.of_block, l * p.line);
        });
        parallel_ranges(tasks(tiles, panels), [&](std::int64_t begin, std::int64_t end) {
          multiply_tiles(tiles, panels, left<Real>{a, 1, 0}, true, b, gradient + column, p.columns, true, begin, end);
        });
      }
    }
  }
}

}  // namespace hepgan::native::direct

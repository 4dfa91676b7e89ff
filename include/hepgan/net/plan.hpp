// The memory plan: one timeline over forward and backward, one interval allocator. Offsets count numbers per event and
// are multiplied by the batch at run time; tensors that share a piece are computed in place.
#pragma once
#include <algorithm>
#include <hepgan/net/fuse.hpp>

namespace hepgan {

enum class use {
  inference,
  training,
  second_order  ///< training, and what slopes are read from stays until the end: tangents and second derivatives follow
};

/// What an operation needs again when it runs backward, from its kind and its layer.
struct needs {
  bool x = false, y = false;  ///< backward reads the input, the output
  bool in_place = false;      ///< may overwrite its input going forward
};

/// An interval of memory: [offset, offset + size) during [birth, death].
struct piece {
  int size, birth, death, offset;
};

template <int Ops, int Tensors>
struct plan {
  bool accumulate[Ops][2];  ///< this operation's dx is added: another reader of the tensor wrote it before
  int activation[Tensors];  ///< piece of each tensor's value
  int gradient[Tensors];    ///< piece of each tensor's gradient
  piece pieces[2 * Tensors];
  int piece_count, input, output, size;  ///< size: numbers per event
};

/// Lowest offsets first-fit, largest pieces first.
template <int Ops, int Tensors>
constexpr void allocate(plan<Ops, Tensors>& p) {
  int order[2 * Tensors]{};
  for (int i = 0; i < p.piece_count; ++i) {
    int j = i;
    for (; j > 0 && p.pieces[order[j - 1]].size < p.pieces[i].size; --j) order[j] = order[j - 1];
    order[j] = i;
  }
  p.size = 0;
  int placed[2 * Tensors]{};  // sorted by offset
  for (int k = 0; k < p.piece_count; ++k) {
    piece& mine = p.pieces[order[k]];
    int offset = 0;
    for (int q = 0; q < k; ++q) {
      const piece& other = p.pieces[placed[q]];
      const bool together = mine.birth <= other.death && other.birth <= mine.death;
      if (!together || other.offset + other.size <= offset) continue;
      if (offset + mine.size <= other.offset) break;
      offset = other.offset + other.size;
    }
    mine.offset = offset;
    p.size = (std::max)(p.size, offset + mine.size);
    int q = k;
    for (; q > 0 && p.pieces[placed[q - 1]].offset > offset; --q) placed[q] = placed[q - 1];
    placed[q] = order[k];
  }
}

/// No two pieces alive at once overlap.
template <int Ops, int Tensors>
constexpr bool sound(const plan<Ops, Tensors>& p) {
  for (int i = 0; i < p.piece_count; ++i)
    for (int j = 0; j < i; ++j) {
      const piece &a = p.pieces[i], &b = p.pieces[j];
      const bool together = a.birth <= b.death && b.birth <= a.death;
      if (together && a.offset < b.offset + b.size && b.offset < a.offset + a.size) return false;
    }
  return true;
}

/// Forward operation i runs at time i, its backward at 2n−1−i. The output lives on: losses read it.
template <int Ops, int Tensors>
constexpr plan<Ops, Tensors> make_plan(const walk& b, const needs* need, use mode) {
  plan<Ops, Tensors> p{};
  const bool training = mode != use::inference;
  const int n = Ops, end = 2 * n;
  const auto until = [&](int backward) { return mode == use::second_order ? end : backward; };
  int readers[Tensors]{}, last_reader[Tensors]{}, producer[Tensors]{}, deaths[Tensors]{};
  for (int t = 0; t < Tensors; ++t) {
    p.activation[t] = p.gradient[t] = producer[t] = last_reader[t] = -1;
  }
  p.input = 0, p.output = b.ops[n - 1].out;
  if (training) deaths[p.input] = end;  // an input stays for another forward pass
  for (int i = 0; i < n; ++i) {
    const op& o = b.ops[i];
    const int backward = until(2 * n - 1 - i);
    producer[o.out] = i, deaths[o.out] = training && need[i].y ? backward : i;
    for (int k = 0; k < 2; ++k)
      if (const int t = o.in[k]; t >= 0) {
        ++readers[t], last_reader[t] = i;
        deaths[t] = (std::max)(deaths[t], training && need[i].x ? backward : i);
      }
  }
  deaths[p.output] = end;
  // activations, in order, so that an in-place output joins its input's piece
  for (int i = -1; i < n; ++i) {
    const int t = i < 0 ? 0 : b.ops[i].out;
    const int death = deaths[t];
    if (i >= 0) {
      const int x = b.ops[i].in[0];
      const bool free_input = readers[x] == 1 && x != p.input && b.ops[i].in[1] < 0 &&
                              b.tensors[x].stored() == b.tensors[t].stored() &&
                              (!training || (!need[i].x && !(producer[x] >= 0 && need[producer[x]].y)));
      if (need[i].in_place && free_input) {
        p.activation[t] = p.activation[x];
        piece& shared = p.pieces[p.activation[t]];
        shared.death = (std::max)(shared.death, death);
        continue;
      }
    }
    p.pieces[p.piece_count] = {round_up(b.tensors[t].stored()), i < 0 ? -1 : i, death, 0};
    p.activation[t] = p.piece_count++;
  }
  if (training)  // gradients, from the last to the first
    for (int i = n - 1; i >= -1; --i) {
      const int t = i < 0 ? 0 : b.ops[i].out;
      const int birth = t == p.output ? n - 1 : 2 * n - 1 - last_reader[t], death = i < 0 ? end : 2 * n - 1 - i;
      if (t != p.output && readers[t] == 0) continue;
      const int reader = last_reader[t];
      if (t != p.output && readers[t] == 1 && b.ops[reader].in[1] < 0 && i >= 0 &&
          (b.ops[reader].kind == op_kind::pointwise || b.ops[reader].kind == op_kind::bias ||
           b.ops[reader].kind == op_kind::normalisation || b.ops[reader].kind == op_kind::event_norm)) {
        p.gradient[t] = p.gradient[b.ops[reader].out];
        p.pieces[p.gradient[t]].death = (std::max)(p.pieces[p.gradient[t]].death, death);
        continue;
      }
      p.pieces[p.piece_count] = {round_up(b.tensors[t].stored()), birth, death, 0};
      p.gradient[t] = p.piece_count++;
    }
  bool written[Tensors]{};
  for (int i = n - 1; i >= 0; --i)
    for (int k = 0; k < 2; ++k)
      if (const int t = b.ops[i].in[k]; t >= 0) p.accumulate[i][k] = written[t], written[t] = true;
  allocate(p);
  return p;
}

}  // namespace hepgan

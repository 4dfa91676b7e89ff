// One HTML page that needs nothing beside itself: pictures inside, no scripts, readable on paper.
#pragma once
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <hepgan/core/error.hpp>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpv::report {

inline std::string escape(std::string_view text) {
  std::string html;
  for (const char c : text) switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  return html;
}

inline std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) text += i + k <= bytes.size() ? digits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

inline std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  if (!in) throw hepgan::error(path.string() + ": found no such file, or one that cannot be read, expected a picture");
  return bytes;
}

inline constexpr const char* style_sheet = R"(
:root { --ink: #1f2933; --muted: #66727f; --line: #e1e6ec; --accent: #d9480f; --blue: #2f5580; }
* { box-sizing: border-box; }
body { margin: 0; background: #f4f6f8; color: var(--ink); line-height: 1.5;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 1360px; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; margin: 0; letter-spacing: -0.01em; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; }
.lead { color: var(--muted); margin: .25rem 0 1.5rem; }
.summary { display: flex; gap: 2rem; align-items: center; background: #fff; border: 1px solid var(--line);
  border-left: 6px solid var(--accent); border-radius: 10px; padding: 1.25rem 1.5rem; margin-bottom: 1rem; }
.score { flex: 0 0 13rem; }
.score span { display: block; }
.verdict { flex: 1 1 auto; }
.score .value { font-size: 2.8rem; font-weight: 700; line-height: 1.1; font-variant-numeric: tabular-nums; }
.score .name { font-weight: 600; color: var(--blue); }
.score .scale, .note, figcaption { color: var(--muted); font-size: .875rem; }
.verdict { font-size: 1.2rem; margin: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; background: #fff; border: 1px solid var(--line); font-size: .95rem; }
th, td { text-align: left; padding: .45rem .8rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--muted); font-weight: 600; background: #fafbfc; }
tfoot td { font-weight: 700; border-top: 2px solid var(--blue); }
.numbers td:nth-child(n+3), .numbers th:nth-child(n+3), .numbers tfoot td:nth-child(n+3) { text-align: right;
  font-variant-numeric: tabular-nums; white-space: nowrap; }
.aside td { color: var(--muted); }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .9em; }
.options td:last-child { font-family: ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere;
  white-space: pre-wrap; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 1rem; }
figure { margin: 0 0 1rem; background: #fff; border: 1px solid var(--line); border-radius: 10px; padding: .75rem; }
.grid figure { margin: 0; }
img { display: block; width: 100%; height: auto; }
figcaption { padding: .5rem .25rem 0; }
@media (max-width: 700px) { .summary { flex-direction: column; align-items: flex-start; gap: .75rem; } .score { flex-basis: auto; } }
@media print { @page { margin: 12mm; } body { background: #fff; font-size: 10pt; }
  table { font-size: 8.5pt; } th, td { padding: .3rem .45rem; } .wide { overflow: visible; }
  main { max-width: none; padding: 0; }
  .grid { grid-template-columns: 1fr 1fr; } figure, .summary, tr { break-inside: avoid; } h2 { break-after: avoid; }
  .summary { border-radius: 0; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
)";

struct picture {
  std::filesystem::path file;
  std::string caption;
};

inline std::string figure(const picture& p) {
  const std::string name = p.file.filename().string();
  return "<figure id=\"" + escape(p.file.stem().string()) + "\"><img alt=\"" + escape(name) +
         "\" src=\"data:image/png;base64," + base64(contents(p.file)) + "\"><figcaption>" + p.caption +
         "</figcaption></figure>\n";
}

inline std::string options_html(const std::vector<std::pair<std::string, std::string>>& options) {
  std::string html =
      "<div class=\"wide\"><table class=\"options\"><thead><tr><th>option</th><th>value</th></tr></thead><tbody>\n";
  for (const auto& [name, value] : options)
    html += "<tr><td>" + escape(name) + "</td><td>" + escape(value) + "</td></tr>\n";
  return html + "</tbody></table></div>\n";
}

inline std::string page(const std::string& title, const std::string& body) {
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta name=\"viewport\" "
         "content=\"width=device-width, initial-scale=1\">\n<title>" +
         escape(title) + "</title>\n<style>" + style_sheet + "</style></head>\n<body><main>\n" + body +
         "</main></body></html>\n";
}

}  // namespace rpv::report

#include "core/report/svg_chart.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "core/base/fixed_text.h"

namespace espalier {

namespace {

std::string coordinate(double value, int decimals = 2) {
  return fixedText(value, decimals);
}

std::string compact(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

const char* componentColour(const std::string& component) {
  static const std::map<std::string, const char*> colours{
      {"vision", "#0072b2"},       {"bridge", "#cc79a7"},           {"projector", "#cc79a7"},
      {"text encoder", "#d98200"}, {"text decoder", "#009e73"},     {"language", "#009e73"},
      {"text", "#9a7d00"},         {"language encoder", "#d98200"}, {"language decoder", "#009e73"}};
  const auto it = colours.find(component);
  return it == colours.end() ? "#6b7280" : it->second;
}

class Svg {
 public:
  Svg(int width, int height, const std::string& title) {
    m_text = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(width) + " " +
             std::to_string(height) + "\" width=\"" + std::to_string(width) + "\" height=\"" +
             std::to_string(height) +
             "\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n<title>" + escaped(title) +
             "</title>\n";
  }
  void rect(double x, double y, double w, double h, const std::string& fill, const std::string& tip = {}) {
    m_text += "<rect x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\" width=\"" +
              coordinate(std::max(0.0, w)) + "\" height=\"" + coordinate(std::max(0.0, h)) + "\" fill=\"" +
              fill + "\">" + (tip.empty() ? "" : "<title>" + escaped(tip) + "</title>") + "</rect>\n";
  }
  void line(double x1, double y1, double x2, double y2, const std::string& stroke, double width = 1,
            const std::string& dash = {}) {
    m_text += "<line x1=\"" + coordinate(x1) + "\" y1=\"" + coordinate(y1) + "\" x2=\"" + coordinate(x2) +
              "\" y2=\"" + coordinate(y2) + "\" stroke=\"" + stroke + "\" stroke-width=\"" +
              coordinate(width, 1) + "\"" + (dash.empty() ? "" : " stroke-dasharray=\"" + dash + "\"") +
              "/>\n";
  }
  void text(double x, double y, const std::string& words, const std::string& anchor = "start",
            const std::string& fill = "#1c2024") {
    m_text += "<text x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\" text-anchor=\"" + anchor +
              "\" fill=\"" + fill + "\">" + escaped(words) + "</text>\n";
  }
  void polyline(const std::vector<std::pair<double, double>>& points, const std::string& stroke,
                const std::string& dash) {
    m_text += "<polyline fill=\"none\" stroke=\"" + stroke + "\" stroke-width=\"2\"" +
              (dash.empty() ? "" : " stroke-dasharray=\"" + dash + "\"") + " points=\"";
    for (const auto& [x, y] : points) m_text += coordinate(x) + "," + coordinate(y) + " ";
    m_text += "\"/>\n";
  }
  void dot(double x, double y, const std::string& fill, const std::string& tip) {
    m_text += "<circle cx=\"" + coordinate(x) + "\" cy=\"" + coordinate(y) + "\" r=\"3.5\" fill=\"" + fill +
              "\"><title>" + escaped(tip) + "</title></circle>\n";
  }
  std::string finish() { return m_text + "</svg>\n"; }

 private:
  std::string m_text;
};

constexpr const char* kGrid = "#e7e9ed";
constexpr const char* kMuted = "#5f6671";

}  // namespace

std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        // Control characters may not stand in XML at all.
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
    }
  return out;
}

std::string planSvg(const Plan& plan, bool scored, int width, int height) {
  Svg svg(width, height, "Importance and sparsity of every group");
  const double left = 56, right = width - 96, bottom = height - 46;
  const double middle = scored ? height * 0.42 : 12;
  const size_t count = std::max<size_t>(1, plan.groups.size());
  const double each = (right - left) / double(count), bar = each * 0.78;

  if (scored) {
    double most = 0;
    for (const auto& g : plan.groups) most = std::max({most, g.score, g.score + g.standardError});
    if (most <= 0) most = 1;
    const double top = 14, base = middle - 14;
    const auto y = [&](double v) { return base - (base - top) * std::clamp(v / most, 0.0, 1.0); };
    for (int i = 0; i <= 2; ++i) {
      svg.line(left, y(most * i / 2), right, y(most * i / 2), kGrid);
      svg.text(left - 6, y(most * i / 2) + 4, compact(most * i / 2), "end", kMuted);
    }
    for (size_t i = 0; i < plan.groups.size(); ++i) {
      const auto& g = plan.groups[i];
      const double x = left + each * (double(i) + 0.5);
      svg.rect(x - bar / 2, y(g.score), bar, base - y(g.score), componentColour(g.component),
               g.name + ": importance " + compact(g.score));
      if (g.standardError > 0)
        svg.line(x, y(g.score - g.standardError), x, y(g.score + g.standardError), "#1c2024");
    }
    svg.text(left, 10, "Importance", "start", kMuted);
  }
  const auto y = [&](double s) { return bottom - (bottom - middle) * s; };
  for (int i = 0; i <= 4; ++i) {
    svg.line(left, y(i / 4.0), right, y(i / 4.0), kGrid);
    svg.text(left - 6, y(i / 4.0) + 4, coordinate(25 * i, 0) + " %", "end", kMuted);
  }
  std::string component;
  double from = left;
  for (size_t i = 0; i <= plan.groups.size(); ++i) {
    const std::string here = i < plan.groups.size() ? plan.groups[i].component : std::string();
    if (i == plan.groups.size() || here != component) {
      const double to = left + each * double(i);
      if (i > 0) {
        svg.rect(from + 2, bottom + 6, to - from - 4, 3, componentColour(component));
        svg.text((from + to) / 2, bottom + 24, component, "middle");
      }
      from = to;
      component = here;
    }
    if (i == plan.groups.size()) break;
    const auto& g = plan.groups[i];
    const double x = left + each * (double(i) + 0.5);
    svg.rect(x - bar / 2, y(g.sparsity), bar, bottom - y(g.sparsity), componentColour(g.component),
             g.name + ": sparsity " + coordinate(100 * g.sparsity, 1) + " %" + (g.pinned ? ", pinned" : ""));
  }
  const bool close = std::abs(y(plan.target) - y(plan.cap)) < 14;
  svg.line(left, y(plan.target), right, y(plan.target), "#1c2024", 1.3);
  svg.text(right + 6, y(plan.target) + (close ? 12 : 4), "target " + coordinate(100 * plan.target, 0) + " %");
  svg.line(left, y(plan.cap), right, y(plan.cap), "#b84300", 1.3, "5 4");
  svg.text(right + 6, y(plan.cap) + (close ? -3 : 4), "cap " + coordinate(100 * plan.cap, 0) + " %", "start",
           "#b84300");
  return svg.finish();
}

std::string sweepSvg(const std::vector<StudyPoint>& points, int width, int height) {
  static const char* kColours[] = {"#d55e00", "#009e73", "#8f4fa8", "#0072b2", "#7a6a00", "#1c2024"};
  static const char* kDashes[] = {"", "7 4", "2 3", "7 3 2 3"};
  Svg svg(width, height, "Right answers against sparsity");
  const double left = 56, right = width - 200, top = 14, bottom = height - 40;
  const auto x = [&](double s) { return left + (right - left) * s; };
  const auto y = [&](double a) { return bottom - (bottom - top) * a; };
  for (int i = 0; i <= 4; ++i) {
    svg.line(left, y(i / 4.0), right, y(i / 4.0), kGrid);
    svg.text(left - 6, y(i / 4.0) + 4, coordinate(25 * i, 0) + " %", "end", kMuted);
    svg.text(x(i / 4.0), bottom + 16, coordinate(25 * i, 0) + " %", "middle", kMuted);
  }
  svg.text((left + right) / 2, bottom + 34, "Sparsity", "middle", kMuted);
  std::vector<std::string> methods;
  for (const auto& p : points)
    if (std::find(methods.begin(), methods.end(), p.method) == methods.end()) methods.push_back(p.method);
  for (size_t m = 0; m < methods.size(); ++m) {
    std::map<double, std::pair<double, int>> means;
    for (const auto& p : points) {
      if (p.method != methods[m]) continue;
      int64_t right1 = 0, total = 0;
      for (const auto& t : p.kinds) right1 += t.right, total += t.total;
      auto& mean = means[p.sparsity];
      mean.first += total ? double(right1) / double(total) : 0;
      ++mean.second;
    }
    std::vector<std::pair<double, double>> line;
    const std::string colour = kColours[m % 6];
    for (const auto& [s, mean] : means) line.emplace_back(x(s), y(mean.first / mean.second));
    svg.polyline(line, colour, kDashes[m % 4]);
    for (const auto& [s, mean] : means)
      svg.dot(x(s), y(mean.first / mean.second), colour,
              methods[m] + " at " + coordinate(100 * s, 0) +
                  " %: " + coordinate(100 * mean.first / mean.second, 1) + " %");
    const double row = top + 8 + 20 * double(m);
    svg.line(right + 14, row, right + 44, row, colour, 2, kDashes[m % 4]);
    svg.text(right + 50, row + 4, methods[m]);
  }
  return svg.finish();
}

}  // namespace espalier

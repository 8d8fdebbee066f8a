// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/markup.hpp"

#include "rig/report/utf8.hpp"

#include <cstddef>

namespace fourpole {

std::string escaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const Utf8Character c = utf8_at(text, i);
        if (!c.valid)
            out += "\xEF\xBF\xBD";
        else if (c.code == '&')
            out += "&amp;";
        else if (c.code == '<')
            out += "&lt;";
        else if (c.code == '>')
            out += "&gt;";
        else if (c.code == '"')
            out += "&quot;";
        else if (c.code == '\'')
            out += "&#39;";
        else if (c.code == '\n' || c.code == '\t')
            out += ' ';
        else if (c.code >= 0x20 && !(c.code >= 0x7F && c.code <= 0x9F))
            out += text.substr(i, c.bytes);
        i += c.bytes;
    }
    return out;
}

std::string isolated(std::string_view text) { return "<bdi>" + escaped(text) + "</bdi>"; }

std::string typeset(std::string_view number) {
    std::string out;
    for (std::size_t i = 0; i < number.size(); ++i) {
        const bool sign = number[i] == '-' && i + 1 < number.size() && number[i + 1] >= '0' &&
                          number[i + 1] <= '9' && (i == 0 || number[i - 1] == ' ');
        if (sign)
            out += "−";
        else
            out += number[i];
    }
    return out;
}

std::string hash_text(const std::string& sha256, std::size_t digits) {
    if (sha256.empty()) return "–";
    return "<code class=\"hash\" title=\"" + escaped(sha256) + "\">" + escaped(sha256.substr(0, digits)) +
           "</code>";
}

}  // namespace fourpole

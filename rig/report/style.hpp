// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace fourpole {

// Colours: the sides are the blue and vermilion of Okabe and Ito's set, which stay apart in
// every common kind of colour blindness; arms differ by line as well. Light is the default,
// paper is always light.
inline constexpr std::string_view page_style = R"css(
:root{color-scheme:light dark;--paper:#faf9f6;--card:#fff;--ink:#1b1d21;--soft:#5b6067;--line:#dedbd3;
--left:#0068a8;--right:#cf5400;--arm0:#0b7a63;--arm1:#93358d;--arm2:#8a6100;--arm3:#3d4a9e;
--good:#0b7048;--bad:#b3261e;--open:#8a5a00;--none:#5b6067;--badge:#ffd24a;--badge-ink:#2b2100}
@media screen and (prefers-color-scheme:dark){:root{--paper:#131518;--card:#1b1e22;--ink:#e9e7e2;--soft:#a4a9b0;
--line:#353a41;--left:#5ab4ee;--right:#f58b4c;--arm0:#4fd0ab;--arm1:#e08fd8;--arm2:#e0b04f;--arm3:#9fabf5;
--good:#5fd3a0;--bad:#ff8a80;--open:#f0b95a;--none:#a4a9b0;--badge:#e8b92e;--badge-ink:#1e1700}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;
font-variant-numeric:tabular-nums lining-nums;overflow-wrap:anywhere}
main{max-width:1120px;margin:0 auto;padding:28px 20px 56px}
h3 .soft{font-weight:400}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em;text-wrap:balance}
h2{font-size:1.2rem;line-height:1.3;margin:40px 0 12px;padding-top:14px;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:18px 0 8px}
p{margin:0 0 8px;max-width:75ch}
.soft,figcaption,.meta{color:var(--soft)}
.meta{font-size:.9rem;display:flex;flex-wrap:wrap;gap:2px 18px;margin:0}
.badge{display:inline-block;background:var(--badge);color:var(--badge-ink);font-weight:700;font-size:.8rem;
letter-spacing:.09em;padding:3px 10px;border-radius:4px;margin:0 0 12px;border:1px solid var(--badge-ink)}
.alert{border:2px solid var(--bad);border-radius:8px;background:var(--card);padding:12px 16px;margin:18px 0}
.alert strong{color:var(--bad)}
.alert ul,.note ul{margin:6px 0 0;padding-left:20px}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px 18px;margin:0 0 14px}
.claim{border-left:5px solid var(--tone)}
.claim h3{margin:0 0 6px;font-size:1.05rem;display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline}
.answer{color:var(--tone);font-weight:700;white-space:nowrap}
.supported{--tone:var(--good)}.refuted{--tone:var(--bad)}.undecided{--tone:var(--open)}.not_measured{--tone:var(--none)}
blockquote{margin:8px 0;padding-left:12px;border-left:2px solid var(--line);color:var(--soft);font-size:.92rem}
.plots{display:grid;grid-template-columns:1fr;gap:14px}
@media(min-width:900px){.plots{grid-template-columns:1fr 1fr}}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 12px 10px}
figure h3{margin:0 0 6px;padding:0 4px}
figcaption{font-size:.84rem;line-height:1.45;padding:6px 4px 0}
.wide{max-width:820px}
svg{display:block;width:100%;max-width:100%;height:auto}
svg text{font-size:14.5px;fill:var(--soft)}
.wide text{font-size:12px}
svg .grid{stroke:var(--line);stroke-width:1;fill:none}
.ink-both{--c:var(--soft)}.ink-left{--c:var(--left)}.ink-right{--c:var(--right)}
.ink-arm0{--c:var(--arm0)}.ink-arm1{--c:var(--arm1)}.ink-arm2{--c:var(--arm2)}.ink-arm3{--c:var(--arm3)}
svg .measured{stroke:var(--c);stroke-width:2.2;fill:none;stroke-linejoin:round}
svg .measured.dashed{stroke-dasharray:7 4}
svg .predicted{stroke:var(--c);stroke-width:1;fill:none;opacity:.85}
svg .floor{stroke:var(--c);stroke-width:1.4;fill:none;stroke-dasharray:1.5 4;stroke-linecap:round}
svg .band{fill:var(--c);opacity:.2;stroke:none}
svg .bound{fill:none;stroke:var(--c);stroke-width:1.4}
svg .threshold{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 3}
svg .interval{stroke:var(--tone);stroke-width:7;stroke-linecap:round;opacity:.4}
svg .point{fill:var(--tone)}
svg text.strong{fill:var(--ink);font-weight:600}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;font-size:.84rem;padding:4px 4px 0;color:var(--soft)}
.legend svg{display:inline-block;width:30px;height:12px;vertical-align:-1px;margin-right:5px}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:10px;background:var(--card)}
table{border-collapse:collapse;width:100%;font-size:.88rem;overflow-wrap:break-word}
td bdi{display:inline-block;max-width:60ch;overflow-wrap:anywhere}
th,td{padding:6px 12px;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--line)}
tr:last-child td,tr:last-child th{border-bottom:0}
thead th{color:var(--soft);font-weight:600;white-space:nowrap}
tbody th{font-weight:500}
.num{text-align:right;white-space:nowrap}
.good{color:var(--good)}.bad{color:var(--bad);font-weight:700}
dl{display:grid;grid-template-columns:max-content 1fr;gap:3px 16px;margin:0;font-size:.92rem}
dt{color:var(--soft)}dd{margin:0;min-width:0;overflow-wrap:anywhere}
code{font:.9em ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}
footer{margin-top:44px;padding-top:12px;border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}
@media(max-width:600px){main{padding:18px 14px 40px}h1{font-size:1.4rem}svg text,.wide text{font-size:20px}
svg .level{display:none}svg.wide{min-width:0}tbody th{white-space:nowrap}
.legend svg text{font-size:13px}.card{padding:14px}th,td{padding:6px 9px}figure{padding:10px 6px}
.readings,.readings tbody{display:block}.readings thead{display:none}
.readings tr{display:grid;grid-template-columns:2fr 1fr 1fr;gap:2px 10px;padding:8px 10px;border-bottom:1px solid var(--line)}
.readings tr:last-child{border-bottom:0}.readings th{grid-column:1/-1;white-space:normal;font-weight:600}
.readings th,.readings td{padding:0;border:0;text-align:left}
.readings td::before{content:attr(data-label);display:block;color:var(--soft);font-size:.76rem;font-weight:400}
.readings td:nth-of-type(1){order:1}.readings td:nth-of-type(2){order:2}.readings td:nth-of-type(5){order:3}
.readings td:nth-of-type(4){order:4}.readings td:nth-of-type(3){order:5}.readings td:nth-of-type(6){order:6}}
@media print{html{font-size:10pt}body{background:#fff;font-size:1rem;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:none;padding:0}h2{margin-top:22px;break-after:avoid}h3{break-after:avoid}
.plots{grid-template-columns:1fr 1fr}figure,.card,tr{break-inside:avoid}.scroll{overflow:visible}
table{font-size:8.5pt}th,td{padding:3px 7px}svg text,.wide text{font-size:15px}.wide{max-width:75%}}
@page{margin:16mm 14mm}
)css";

}  // namespace fourpole

const NEW_LINE = '<br>';
const MARKER = /ref: wa-([0-9a-f-]{36})-(\d+)\s*$/;
const ENTRY = /^\[(.+?) \d\d:\d\d\] (.*)$/;
const DAY = /^<em>[\d-]+<\/em>$/;
const SIGNS = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };

/** A log of HubSpot as it can be compared: its episode, its part of it, and who said what, in its order. */
export function readLog({ id, properties, associations }) {
  const body = properties.hs_communication_body ?? '';
  const [, episodeId = null, part = '1'] = MARKER.exec(body) ?? [];
  return {
    id,
    episodeId,
    part: Number(part),
    contactIds: (associations?.contacts ?? []).map((contact) => contact.id),
    entries: entriesIn(body.split(NEW_LINE)),
  };
}

/** The transcript stands between the first and the last empty line: the summary above, the marker below. */
function entriesIn(lines) {
  const entries = [];
  for (const line of lines.slice(lines.indexOf('') + 1, lines.lastIndexOf(''))) {
    if (DAY.test(line)) continue;
    const plain = unescapeHtml(line);
    const [, author, text] = ENTRY.exec(plain) ?? [];
    const last = entries.at(-1);
    if (author !== undefined) entries.push({ isBuyers: author === 'Buyer', text });
    else if (last === undefined) entries.push({ isBuyers: false, text: plain });
    else last.text += `\n${plain}`;
  }
  return entries;
}

function unescapeHtml(html) {
  return html.replaceAll(/&(lt|gt|quot|#39|amp);/g, (sign) => SIGNS[sign]);
}

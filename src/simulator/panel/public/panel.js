// The pages work without this: it keeps them fresh, and hides fields that do not count.

const PERIOD_MS = 2000;
const CONDITIONS = ['seller_balance', 'refund_unseen'];

/** Puts the fresh parts of the page in the place of the old ones; the focus stays where it is. */
async function refresh() {
  if (document.hidden || !getSelection().isCollapsed) return;
  const answer = await fetch(location.href, { headers: { 'X-Refresh': '1' } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const old of document.querySelectorAll('[data-live]')) {
    const now = fresh.getElementById(old.id);
    if (now === null || now.innerHTML === old.innerHTML) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement.id : '';
    old.replaceChildren(...now.childNodes);
    if (focused !== '') document.getElementById(focused)?.focus();
  }
}

async function keepFresh() {
  try {
    await refresh();
  } catch {
    // The simulator is away for the moment.
  }
  setTimeout(keepFresh, PERIOD_MS);
}

/** Shows the options that belong to the chosen fault. */
function chooseFields(form) {
  const fault = new FormData(form).get('fault');
  const kind = CONDITIONS.includes(fault) ? 'condition' : 'call';
  for (const field of form.querySelectorAll('[data-for]')) {
    field.hidden = ![fault, kind].includes(field.dataset.for);
  }
}

for (const form of document.querySelectorAll('form:has([data-for])')) {
  chooseFields(form);
  form.addEventListener('change', () => chooseFields(form));
}
setTimeout(keepFresh, PERIOD_MS);

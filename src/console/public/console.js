// Shows that something is under way once it takes a moment, and keeps a button from being pressed
// twice. Pages work without it.

const SOON_MS = 400;
const busy = document.querySelector('.busy');
let timer;

function begin() {
  clearTimeout(timer);
  timer = setTimeout(() => (busy.hidden = false), SOON_MS);
}

function end() {
  clearTimeout(timer);
  busy.hidden = true;
  for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
}

document.addEventListener('submit', (event) => {
  const { target: form } = event;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = 'yes';
  begin();
});

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href]');
  const isPlain = !event.defaultPrevented && event.button === 0 && !event.ctrlKey && !event.metaKey;
  const leaves = link && !link.getAttribute('href').startsWith('#');
  // Behind a file the page stays.
  if (leaves && isPlain && !('file' in link.dataset)) begin();
});

// Also when the page comes back from behind the back button.
addEventListener('pageshow', end);

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const open of document.querySelectorAll('details.theme[open]')) open.open = false;
});

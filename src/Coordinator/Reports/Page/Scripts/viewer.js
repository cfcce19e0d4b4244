// One cell large: its picture at each checkpoint, its parameters, its losses.

const viewer = byId('viewer');
let viewed = null;
/** The cells to move through, or null for the sheet as it lies. */
let viewedOrder = null;

function openViewer(cell, order) {
    viewedOrder = order;
    hideTip();
    if (!viewer.open) viewer.showModal();
    view(cell);
}

function view(cell) {
    if (!cell) return;
    viewed = cell;
    const focused = viewer.contains(document.activeElement) ? document.activeElement.getAttribute('aria-label') : null;
    const shot = Math.max(0, shotAt(cell, currentStep()));
    viewer.replaceChildren(
        make(
            'div',
            { class: 'viewer-bar' },
            make('h2', { id: 'viewer-title' }, cell.label),
            button('‹', () => move('ArrowLeft'), { class: 'button icon', 'aria-label': 'Previous cell' }),
            button('›', () => move('ArrowRight'), { class: 'button icon', 'aria-label': 'Next cell' }),
            button('×', () => viewer.close(), { class: 'button icon', 'aria-label': 'Close' }),
        ),
        make(
            'div',
            { class: 'viewer-body' },
            make('div', { class: 'stage' }, largePicture(cell, shot), filmStrip(cell, shot)),
            make('div', { class: 'facts-panel' }, ...facts(cell)),
        ),
    );
    viewer.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    // What had the focus was replaced; the keys must go on working from where they were.
    ([...viewer.querySelectorAll('button')].find((control) => control.getAttribute('aria-label') === focused) ?? viewer).focus();
}

function largePicture(cell, shot) {
    const frame = make('figure', { class: 'large' });
    if (cell.shots.length === 0) frame.append(noPicture(cell.state === 'finished' ? 'no picture' : cell.state));
    else {
        // A small picture blown up to the whole window shows its pixels rather than its style.
        const image = make('img', {
            alt: `${cell.label}, step ${cell.shots[shot]}`,
            onload: () => {
                image.style.maxWidth = `${image.naturalWidth * 2.5}px`;
            },
        });
        image.src = shotUri(cell, shot);
        frame.append(image);
    }
    frame.append(make('figcaption', {}, cell.shots.length === 0 ? stateText(cell) : `Step ${cell.shots[shot]} of ${cell.planned}`));
    return frame;
}

const filmStrip = (cell, current) =>
    cell.shots.length < 2
        ? null
        : make(
              'div',
              { class: 'film', role: 'group', 'aria-label': 'Checkpoints' },
              cell.shots.map((step, shot) =>
                  make(
                      'button',
                      {
                          type: 'button',
                          'aria-label': `Step ${step}`,
                          'aria-current': shot === current ? 'true' : null,
                          onclick: () => showShot(shot),
                      },
                      make('img', { src: shotUri(cell, shot), alt: '', loading: 'lazy' }),
                      make('span', {}, step),
                  ),
              ),
          );

/** Takes the whole page to the step of a picture of the cell in view. */
function showShot(shot) {
    if (shot < 0 || shot >= viewed.shots.length) return;
    setStep(allSteps.indexOf(viewed.shots[shot]));
    view(viewed);
}

function move(key) {
    if (!viewedOrder) return view(neighbour(viewed, key));
    const at = viewedOrder.indexOf(viewed);
    const step = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: viewedOrder.length - 1 }[key];
    view(viewedOrder[step]);
}

viewer.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest?.('.plot')) return;
    const shot = shotAt(viewed, currentStep());
    if (moveKeys.includes(event.key)) move(event.key);
    else if (event.key === ',') showShot(shot - 1);
    else if (event.key === '.') showShot(shot + 1);
    else return;
    event.preventDefault();
});
viewer.addEventListener('click', (event) => {
    if (event.target === viewer) viewer.close();
});
viewer.addEventListener('close', () => {
    if (!viewedOrder) focusThumb(viewed);
});

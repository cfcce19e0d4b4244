// The slider through the checkpoints.

function drawTimeline() {
    if (allSteps.length < 2) return;
    const timeline = byId('timeline');
    const text = make('output', { class: 'step', for: 'step' });
    const slider = make('input', {
        type: 'range',
        id: 'step',
        min: 0,
        max: allSteps.length - 1,
        value: chosen.stepAt,
        oninput: () => {
            setStep(Number(slider.value));
            stop();
        },
    });
    const play = button('', () => (playing ? stop() : start()), { class: 'button icon play' });
    let playing = null;
    const start = () => {
        if (chosen.stepAt === allSteps.length - 1) setStep(0);
        playing = setInterval(() => {
            if (chosen.stepAt === allSteps.length - 1) stop();
            else setStep(chosen.stepAt + 1);
        }, 700);
        show();
    };
    const stop = () => {
        clearInterval(playing);
        playing = null;
        show();
    };
    const show = () => {
        slider.value = chosen.stepAt;
        slider.style.setProperty('--done', `${(100 * chosen.stepAt) / (allSteps.length - 1)}%`);
        slider.setAttribute('aria-valuetext', `step ${currentStep()}`);
        text.textContent = currentStep().toLocaleString('en');
        play.textContent = playing ? '❚❚' : '►';
        play.setAttribute('aria-label', playing ? 'Stop' : 'Play the checkpoints');
    };
    timeline.append(play, make('label', { for: 'step' }, 'Step'), slider, text);
    timeline.hidden = false;
    on('step', show);
    show();
}

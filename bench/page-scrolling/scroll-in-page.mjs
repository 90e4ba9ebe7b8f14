/*
 * Runs in the page, as one expression. Scrolls from the end to the beginning and back, as a wheel does, and then
 * jumps about, as a drag at the bar does. Gives the time between frames, and how often the middle of the window was
 * empty once the frame was drawn.
 */
async (seconds) => {
  const WHEEL_PX = 240;
  const JUMP_EVERY_FRAMES = 6;
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const isEmpty = () => {
    const middle = document.elementFromPoint(window.innerWidth / 2, window.innerHeight / 2);
    return middle?.closest('.timeline > li') == null;
  };
  const measure = async (move) => {
    const frames = [];
    let empty = 0;
    let before = await nextFrame();
    const end = before + seconds * 1000;
    for (let count = 0; before < end; count += 1) {
      move(count);
      const now = await nextFrame();
      frames.push(now - before);
      before = now;
      if (isEmpty()) empty += 1;
    }
    return { frames, empty };
  };
  let direction = -1;
  const wheel = await measure(() => {
    if (window.scrollY <= 0) direction = 1;
    window.scrollBy(0, direction * WHEEL_PX);
  });
  const jumps = await measure((count) => {
    if (count % JUMP_EVERY_FRAMES !== 0) return;
    // A walk over the whole page that looks like chance and is the same in each run.
    const place = ((count * 7919) % 1000) / 1000;
    window.scrollTo(0, document.documentElement.scrollHeight * place);
  });
  return { wheel, jumps };
};

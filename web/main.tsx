// First: see there.
import './no-eval.ts';
import { render } from 'preact';
import { createApp } from './model/app.ts';
import { App } from './view/app.tsx';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no #app element');
const app = createApp({ fetch: window.fetch.bind(window), window });
render(<App app={app} />, root);
void app.start();

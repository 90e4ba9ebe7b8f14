type Props = { message: string | null; github: boolean; returnTo: string };

/** The ways in. Which of them a deployment has, it says itself. */
export function SignInPage({ message, github, returnTo }: Props) {
  return (
    <section class="card narrow sign-in">
      <img src="/icon.svg" alt="" width="40" height="40" />
      <h1>Sign in</h1>
      {message !== null && <p role="alert">{message}</p>}
      {github && (
        <p>
          <a class="button main" href={`/api/sign-in/github?return_to=${encodeURIComponent(returnTo)}`}>
            Sign in with GitHub
          </a>
        </p>
      )}
      {github && <p>You will see the work in the repositories that you may read there.</p>}
      <p class={github ? 'quiet' : ''}>
        Open the sign-in link that <code>npm start</code> printed. It works once; starting Signalbox again
        prints a new one. On a deployed Signalbox an administrator makes one with{' '}
        <code>POST /api/sign-in/tokens</code>, or signs in <a href="/setup">with the admin key</a>.
      </p>
    </section>
  );
}

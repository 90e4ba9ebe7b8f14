type Props = { message: string | null; github: boolean; returnTo: string };

export function SignInPage({ message, github, returnTo }: Props) {
  return (
    <section class="card narrow">
      <h1>Sign in</h1>
      {message !== null && <p role="alert">{message}</p>}
      {github && (
        <p>
          <a href={`/api/sign-in/github?return_to=${encodeURIComponent(returnTo)}`}>Sign in with GitHub</a> to
          see the work in the repositories that you may read there.
        </p>
      )}
      <p>
        Open the sign-in link that <code>npm start</code> printed. It works once; starting Signalbox again
        prints a new one. On a deployed Signalbox an administrator makes one with{' '}
        <code>POST /api/sign-in/tokens</code>.
      </p>
    </section>
  );
}

export function SignInPage({ message }: { message: string | null }) {
  return (
    <section class="card narrow">
      <h1>Sign in</h1>
      {message !== null && <p role="alert">{message}</p>}
      <p>
        Open the sign-in link that <code>npm start</code> printed. It works once; starting Signalbox again
        prints a new one. On a deployed Signalbox an administrator makes one with{' '}
        <code>POST /api/sign-in/tokens</code>.
      </p>
    </section>
  );
}

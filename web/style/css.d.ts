/** Style sheets that come with the script that needs them; Vite bundles them. */
declare module '*.css';

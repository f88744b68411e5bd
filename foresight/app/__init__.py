"""The app: each page asks the services, draws, and hands back what was clicked. Every word comes from i18n."""

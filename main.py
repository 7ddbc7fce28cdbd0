"""The app's entry point: ``python main.py``, and what a packaged app runs."""

from shared.lasting import lasting

with lasting():
    from mobile_app.bootstrap.start import start

if __name__ == "__main__":
    start()

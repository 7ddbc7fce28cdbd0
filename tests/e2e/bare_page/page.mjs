// Starts the device in its worker, as the app's page does, and without any screen.
new Worker("worker.mjs", { type: "module" });

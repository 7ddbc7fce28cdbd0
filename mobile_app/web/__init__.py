"""The device inside a browser: adapters over JavaScript behind the ports, and the composition that uses them. Runs in Pyodide only."""

"""The engine: from English as it streams to Japanese on the screen and in the ear. It never imports the screen."""

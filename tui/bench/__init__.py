"""`streamtts bench --terminal`: the app in a real pseudo terminal, measured from outside, beside the bare one."""

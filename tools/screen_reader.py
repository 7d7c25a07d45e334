#!/usr/bin/python3
"""Says what a screen reader is told: walks the running window over AT-SPI and lists controls without a name.

    xvfb-run -a dbus-run-session -- tools/screen_reader.py build/release/app/espalier [PROJECT]

Starts the program, waits for its window, walks every pane, prints how many controls there are (the window's
counted again with each pane) and those that have no name, and ends it. Exit status 0: each has one. Debian:
python3-pyatspi, at-spi2-core, xvfb.
"""
import os
import subprocess
import sys
import time

import pyatspi

# What a person acts on; panels, labels and fillers speak through what they hold.
CONTROLS = {
    pyatspi.ROLE_PUSH_BUTTON, pyatspi.ROLE_TOGGLE_BUTTON, pyatspi.ROLE_CHECK_BOX, pyatspi.ROLE_RADIO_BUTTON,
    pyatspi.ROLE_COMBO_BOX, pyatspi.ROLE_SPIN_BUTTON, pyatspi.ROLE_SLIDER, pyatspi.ROLE_ENTRY,
    pyatspi.ROLE_TEXT, pyatspi.ROLE_TABLE, pyatspi.ROLE_TREE, pyatspi.ROLE_LIST, pyatspi.ROLE_MENU,
    pyatspi.ROLE_MENU_ITEM, pyatspi.ROLE_PAGE_TAB, pyatspi.ROLE_PAGE_TAB_LIST,
}
WAIT_SECONDS, SETTLE_SECONDS, PANE_SECONDS, MOST_CHILDREN = 120, 8, 1, 60


def window_of(pid):
    """The program's window, once it is there."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        for app in pyatspi.Registry.getDesktop(0):
            if app and app.get_process_id() == pid:
                for window in app:
                    if window and window.getRole() == pyatspi.ROLE_FRAME and "Espalier" in window.name:
                        return window
        time.sleep(0.5)
    sys.exit("The window did not come within %d seconds." % WAIT_SECONDS)


def walk(node, path, seen, nameless):
    """Counts the controls below a node; cells of long tables are alike, so a few of them do."""
    if node.getRole() in CONTROLS and node.getState().contains(pyatspi.STATE_SHOWING):
        seen[node.getRoleName()] = seen.get(node.getRoleName(), 0) + 1
        if not node.name.strip():
            nameless.append("%s in %s" % (node.getRoleName(), " > ".join(path[-4:])))
    for i in range(min(node.childCount, MOST_CHILDREN)):
        child = node.getChildAtIndex(i)
        if child:
            walk(child, path + [child.name or child.getRoleName()], seen, nameless)


def tabs_of(node):
    """The tabs of panes and pages below a node."""
    if node.getRole() == pyatspi.ROLE_PAGE_TAB:
        yield node
    for i in range(min(node.childCount, MOST_CHILDREN)):
        child = node.getChildAtIndex(i)
        if child:
            yield from tabs_of(child)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    environment = dict(os.environ, QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1", QT_ACCESSIBILITY="1")
    program = subprocess.Popen(sys.argv[1:], env=environment)
    try:
        window = window_of(program.pid)
        time.sleep(SETTLE_SECONDS)
        seen, nameless = {}, []
        walk(window, [window.name], seen, nameless)
        # What stands behind shows itself when its tab is pressed.
        for tab in list(tabs_of(window)):
            tab.queryAction().doAction(0)
            time.sleep(PANE_SECONDS)
            walk(window, [tab.name, window.name], seen, nameless)
        print(", ".join("%d %s" % (count, role) for role, count in sorted(seen.items())))
        for line in sorted(set(nameless)):
            print("no name:", line)
        return 1 if nameless or not seen else 0
    finally:
        program.terminate()
        program.wait()


if __name__ == "__main__":
    sys.exit(main())

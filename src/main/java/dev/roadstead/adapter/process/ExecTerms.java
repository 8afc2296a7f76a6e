package dev.roadstead.adapter.process;

import dev.roadstead.adapter.daemon.Agreement;
import dev.roadstead.adapter.daemon.DaemonWire;
import java.util.Map;

/** What one kind of daemon does in its own way with processes. */
public interface ExecTerms {
    /** A terminal's size. */
    record Size(int columns, int rows) {}

    /** Whether a process can be given its terminal's size with its start; else it is resized at once. */
    boolean takesSize(Agreement agreement);

    /** What a size adds to the body that creates a process. */
    Map<String, Object> creation(Size size);

    /** What a size adds to the body that starts a process. */
    Map<String, Object> start(Size size);

    /** What the daemon means by a state: without an exit code until the process has ended. */
    default DaemonWire.ExecState sense(DaemonWire.ExecState told) {
        return told;
    }
}

package dev.roadstead.operation;

import java.util.List;
import java.util.Map;

/** How work tells how far it is. Safe to call from any thread; ignored once the operation has ended. */
public interface Progress {
    /** Replaces the facts shown. */
    void report(Map<String, Object> facts);

    /** Names what the work has made. */
    void resources(List<String> paths);
}

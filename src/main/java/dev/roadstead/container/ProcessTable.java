package dev.roadstead.container;

import java.util.List;

/** The processes of a container as {@code ps} shows them: column titles, then one row per process. */
public record ProcessTable(List<String> titles, List<List<String>> processes) {
    public ProcessTable {
        titles = List.copyOf(titles);
        processes = processes.stream().map(List::copyOf).toList();
    }
}

package dev.roadstead.container;

import java.util.ArrayList;
import java.util.List;

/** The processes of a container as {@code ps} shows them: column titles, then one row per process. */
public record ProcessTable(List<String> titles, List<List<String>> processes) {
    public ProcessTable {
        titles = List.copyOf(titles);
        processes = processes.stream().map(List::copyOf).toList();
    }

    /** What {@code ps} writes, as a table; the last column may hold spaces. Without titles if it wrote nothing. */
    public static ProcessTable parse(String text) {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        if (lines.isEmpty()) {
            return new ProcessTable(List.of(), List.of());
        }
        List<String> titles = List.of(lines.getFirst().strip().split("\\s+"));
        List<List<String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            List<String> cells = new ArrayList<>(List.of(line.strip().split("\\s+", titles.size())));
            while (cells.size() < titles.size()) {
                cells.add("");
            }
            rows.add(cells);
        }
        return new ProcessTable(titles, rows);
    }
}

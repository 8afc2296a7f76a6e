package dev.roadstead.fleet;

import dev.roadstead.container.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Tags as one label: joined by commas, a comma or backslash in a tag escaped by a backslash. Pure. */
public final class Tags {
    private Tags() {}

    /** The tags among a container's labels, in their order; none if it has no such label. */
    public static List<String> of(Map<String, String> labels) {
        String joined = labels.get(Labels.TAGS);
        if (joined == null || joined.isEmpty()) {
            return List.of();
        }
        if (joined.indexOf('\\') < 0) {
            return Arrays.asList(joined.split(",", -1));
        }
        List<String> tags = new ArrayList<>();
        StringBuilder tag = new StringBuilder();
        for (int i = 0; i < joined.length(); i++) {
            char c = joined.charAt(i);
            if (c == '\\' && i + 1 < joined.length()) {
                i++;
                tag.append(joined.charAt(i));
            } else if (c == ',') {
                tags.add(tag.toString());
                tag.setLength(0);
            } else {
                tag.append(c);
            }
        }
        tags.add(tag.toString());
        return tags;
    }

    /** The label's value for these tags. */
    public static String join(List<String> tags) {
        return String.join(
                ",",
                tags.stream()
                        .map(tag -> tag.replace("\\", "\\\\").replace(",", "\\,"))
                        .toList());
    }
}

package dev.roadstead.adapter.kleened.standin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Whether an answer is like the recorded one, and all that may differ, each for a reason:
 *
 * <ul>
 *   <li>times and the headers {@code date} and {@code content-length}: of every answer its own (the length is checked by reading);
 *   <li>ids the client never told are the same ones under other names;
 *   <li>a {@code jid} is a number: others ran before;
 *   <li>the order of keys in objects is arbitrary, that of pruned ids follows the database;
 *   <li>debug pages: status, type, and the exception, not the lines of the daemon's source;
 *   <li>programs are those of other fake commands: the texts of shells and of stty differ ({@link #TEXTS}), a real terminal turns newlines
 *       into {@code \r\n} and the recorded one did not, and {@code ls} wrote columns;
 *   <li>progress of a fetch counts the files of another archive;
 *   <li>TLS on a unix socket is played on TCP;
 *   <li>of a link that is cut for silence the output may be shorter: where waits are scaled the machine's own time counts more;
 *   <li>frames of output may be cut elsewhere (the bytes count), and pongs stand between other frames.
 * </ul>
 */
final class Likeness {
    private static final Pattern ID = Pattern.compile("\\b[0-9a-f]{12}\\b");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");

    /** Output that other programs word in another way, as expressions for what is compared instead. */
    private static final List<String[]> TEXTS = List.of(
            new String[] {"[A-Z][a-z]{2} [A-Z][a-z]{2} +\\d+ \\d\\d:\\d\\d:\\d\\d UTC \\d{4}", "DATE"},
            new String[] {"(Extracted \\d+ files\\.\\.\\.\n)+", "Extracted N files...\n"},
            new String[] {"/bin/sh: \\d: cannot create (\\S+): Read-only file system", "cannot create $1"},
            new String[] {"/dev/pts/\\d+", "/dev/pts/N"},
            new String[] {"\r\n", "\n"},
            new String[] {"app\\.txt\\s+greeting\\.txt\\s+sub\n", "app.txt greeting.txt sub\n"},
            new String[] {"(?s)(speed \\d+ baud|stty: standard input).*", "STTY"});

    private final Map<String, String> bound = new TreeMap<>();

    /** A recorded request with the ids of this time. */
    String translate(String text) {
        Matcher matcher = ID.matcher(text);
        return matcher.replaceAll(found -> bound.getOrDefault(found.group(), found.group()));
    }

    /** The ids of a text. */
    static List<String> ids(String text) {
        return ID.matcher(text).results().map(found -> found.group()).distinct().toList();
    }

    /** The differences between a recorded and an actual body. */
    List<String> bodies(String where, String type, byte[] expected, byte[] actual, boolean anyOrder) {
        JsonNode expectedJson = JsonText.parse(expected);
        JsonNode actualJson = JsonText.parse(actual);
        List<String> differences = new ArrayList<>();
        String expectedText = text(expected);
        if (type.startsWith("text/html")) {
            if (!text(actual).startsWith("<!DOCTYPE html>") || actual.length < 50_000) {
                differences.add(where + ": no large HTML page");
            }
        } else if (type.startsWith("text/markdown")) {
            String lines = exception(expectedText);
            if (!exception(translateBack(text(actual))).startsWith(lines)) {
                differences.add("%s: expected %s but was %s".formatted(where, lines, exception(text(actual))));
            }
        } else if (expectedJson != null && actualJson != null && expectedJson.isContainer()) {
            compare(where, expectedJson, actualJson, anyOrder, differences);
        } else {
            texts(where, expectedText, text(actual), differences);
        }
        return differences;
    }

    /** Title and kind of the exception. */
    private static String exception(String page) {
        String[] lines = page.split("\n", -1);
        String kind = page.contains("** (")
                ? page.substring(page.indexOf("** ("), page.indexOf(')', page.indexOf("** (")) + 1)
                : "";
        return lines[0] + " " + kind;
    }

    private String translateBack(String text) {
        String result = text;
        for (Map.Entry<String, String> pair : bound.entrySet()) {
            result = result.replace(pair.getValue(), pair.getKey());
        }
        return result;
    }

    private void compare(String where, JsonNode expected, JsonNode actual, boolean anyOrder, List<String> differences) {
        if (where.endsWith("/jid") && expected.isNumber() && actual.isNumber()) {
            return;
        }
        if (expected.isObject() && actual.isObject()) {
            Set<String> names = new java.util.TreeSet<>(expected.propertyNames());
            if (!names.equals(new java.util.TreeSet<>(actual.propertyNames()))) {
                differences.add("%s: keys %s but were %s".formatted(where, names, actual.propertyNames()));
            } else {
                names.forEach(name ->
                        compare(where + "/" + name, expected.path(name), actual.path(name), anyOrder, differences));
            }
        } else if (expected.isArray() && actual.isArray() && expected.size() == actual.size()) {
            List<JsonNode> first = new ArrayList<>();
            List<JsonNode> second = new ArrayList<>();
            expected.forEach(first::add);
            actual.forEach(second::add);
            if (anyOrder) {
                first.sort(Comparator.comparing(JsonNode::toString));
                second.sort(Comparator.comparing(JsonNode::toString));
            }
            for (int i = 0; i < first.size(); i++) {
                compare(where + "/" + i, first.get(i), second.get(i), anyOrder, differences);
            }
        } else if (expected.isString() && actual.isString()) {
            texts(where, expected.asString(), actual.asString(), differences);
        } else if (!expected.equals(actual)) {
            differences.add("%s: expected %s but was %s".formatted(where, expected, actual));
        }
    }

    /** Compares text; an id that is met for the first time is bound to the one in its place. */
    void texts(String where, String expected, String actual, List<String> differences) {
        String one = plain(expected);
        String other = plain(actual);
        List<String> expectedIds =
                ID.matcher(one).results().map(found -> found.group()).toList();
        List<String> actualIds =
                ID.matcher(other).results().map(found -> found.group()).toList();
        if (expectedIds.size() == actualIds.size()) {
            for (int i = 0; i < expectedIds.size(); i++) {
                if (!bound.containsValue(actualIds.get(i))) {
                    bound.putIfAbsent(expectedIds.get(i), actualIds.get(i));
                }
            }
        }
        if (!translate(one).equals(other)) {
            differences.add("%s: expected %s but was %s".formatted(where, show(translate(one)), show(other)));
        }
    }

    private static String show(String text) {
        String line = text.replace("\n", "\\n");
        return line.length() > 600 ? line.substring(0, 600) + "…" : line;
    }

    private static String plain(String text) {
        String plain = TIME.matcher(text).replaceAll("TIME");
        for (String[] pair : TEXTS) {
            plain = plain.replaceAll(pair[0], pair[1]);
        }
        return plain;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

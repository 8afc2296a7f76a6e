package dev.roadstead.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A table of what answers how often and how fast: what was asked, and a line for each side.
 *
 * @param what letters for that
 * @param side letters for the side's name
 * @param decimals of milliseconds
 */
record RoundTable(int what, int side, int decimals) {
    /** Asks one side, with connections of its own. */
    interface Client extends AutoCloseable {
        /** Asks for so long; every answer must be a 200. */
        Load.Round run(Duration duration);

        @Override
        void close();
    }

    /** Prints the first line. */
    void head(String title, String... more) {
        print(title, "", "%12s %9s %9s".formatted("requests/s", "p50 ms", "p99 ms"), more);
    }

    /** Prints a line. */
    void row(String asked, String name, Load.Round round, String... more) {
        String latency = "%9." + decimals + "f";
        print(
                asked,
                name,
                String.format(
                        Locale.ROOT,
                        "%12.0f " + latency + " " + latency,
                        round.perSecond(),
                        round.millis(0.5),
                        round.millis(0.99)),
                more);
    }

    /**
     * Lets all sides ask in alternating rounds, prints a line for each, and closes them.
     *
     * @param unmeasured whether a round before them does not count
     */
    void compare(String asked, Map<String, ? extends Client> sides, boolean unmeasured, int rounds, Duration each) {
        try {
            if (unmeasured) {
                sides.values().forEach(client -> client.run(each));
            }
            Map<String, List<Load.Round>> done = new LinkedHashMap<>();
            for (int round = 0; round < rounds; round++) {
                sides.forEach((name, client) ->
                        done.computeIfAbsent(name, _ -> new ArrayList<>()).add(client.run(each)));
            }
            done.forEach((name, all) -> row(asked, name, Load.Round.of(all)));
        } finally {
            sides.values().forEach(Client::close);
        }
    }

    private void print(String first, String second, String figures, String... more) {
        StringBuilder line = new StringBuilder(
                String.format(Locale.ROOT, "%-" + what + "s %-" + side + "s %s", first, second, figures));
        for (String one : more) {
            line.append(String.format(Locale.ROOT, " %14s", one));
        }
        System.out.println(line);
    }
}

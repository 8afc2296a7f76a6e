package dev.roadstead.adapter.simulated;

import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a container wrote. */
interface SimulatedLog {
    /** The last so many entries are kept, as an engine that rotates its logs keeps them. */
    int CAPACITY = 10_000;

    /** A number in the log from which reading goes on, and what is to be read before it. */
    record Batch(long next, List<LogEntry> entries) {}

    /** All entries kept, from this number on; never waits. */
    Batch from(long number);

    /** Entries from this number on as soon as there are any; without entries when the run has ended. */
    Mono<Batch> after(long number);

    /**
     * The log as asked, as it stands now, and if wanted what follows, pulled; a following reader that is slower than the log is kept loses
     * what it missed.
     */
    default Flux<LogEntry> read(LogQuery query) {
        Batch kept = from(0);
        List<LogEntry> wanted =
                kept.entries().stream().filter(entry -> matches(entry, query)).toList();
        Integer tail = query.tail();
        List<LogEntry> last =
                tail == null || tail >= wanted.size() ? wanted : wanted.subList(wanted.size() - tail, wanted.size());
        Flux<LogEntry> entries = Flux.fromIterable(last);
        if (query.follow()) {
            entries = entries.concatWith(follow(kept.next())
                    .takeWhile(entry -> !before(query.until(), entry.time()))
                    .filter(entry -> matches(entry, query)));
        }
        return query.times() ? entries : entries.map(entry -> new LogEntry(entry.stream(), null, entry.data()));
    }

    /** What comes from this number on, pulled, until the run has ended. */
    default Flux<LogEntry> follow(long start) {
        return Flux.defer(() -> {
            long[] next = {start};
            return Mono.defer(() -> after(next[0]))
                    .doOnNext(batch -> next[0] = batch.next())
                    .repeat()
                    .takeWhile(batch -> !batch.entries().isEmpty())
                    .concatMapIterable(Batch::entries, 1);
        });
    }

    private static boolean matches(LogEntry entry, LogQuery query) {
        boolean stream = switch (entry.stream()) {
            case STDOUT -> query.stdout();
            case STDERR -> query.stderr();
        };
        return stream && !before(entry.time(), query.since()) && !before(query.until(), entry.time());
    }

    private static boolean before(@Nullable Instant one, @Nullable Instant other) {
        return one != null && other != null && one.isBefore(other);
    }
}

package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What the daemon keeps of an instance's console: the end of it, without times and without telling outputs apart. Followed by reading
 * it again and again; what it forgets between two looks is lost.
 */
final class LxdLogs {
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final byte[] NOTHING = new byte[0];

    private final LxdSession session;
    private final LxdInstances instances;

    LxdLogs(LxdSession session, LxdInstances instances) {
        this.session = session;
        this.instances = instances;
    }

    Mono<EngineStream<LogEntry>> open(ContainerId id, LogQuery query) {
        if (query.since() != null || query.until() != null) {
            return instances
                    .wire(id)
                    .then(Mono.error(() -> new EngineException.Unsupported(
                            Capability.LOGS,
                            "the daemon keeps no times of what is written to a console",
                            session.errors().evidence().with("field", query.since() != null ? "since" : "until"))));
        }
        return instances.wire(id).then(console(id)).map(first -> {
            Sinks.Empty<Void> closed = Sinks.empty();
            Flux<LogEntry> entries = Flux.fromIterable(tail(lines(first), query));
            if (query.follow()) {
                entries = entries.concatWith(following(id, first));
            }
            Flux<LogEntry> wanted = query.stdout() ? entries : Flux.empty();
            return new EngineStream<>(wanted.takeUntilOther(closed.asMono()), closed::tryEmitEmpty);
        });
    }

    private Flux<LogEntry> following(ContainerId id, byte[] first) {
        return Flux.defer(() -> {
            byte[][] last = {first};
            return Mono.delay(STEP)
                    .then(instances.state(id))
                    .flatMap(state ->
                            console(id).map(now -> new Look(now, state.status().isAlive())))
                    .repeat()
                    .takeUntil(look -> !look.alive())
                    .onErrorComplete(EngineException.NotFound.class)
                    .concatMapIterable(
                            look -> {
                                List<LogEntry> news = lines(added(last[0], look.kept()));
                                last[0] = look.kept();
                                return news;
                            },
                            1);
        });
    }

    @SuppressWarnings("ArrayRecordComponent") // looked at, never compared
    private record Look(byte[] kept, boolean alive) {}

    /** What the later look shows beyond the earlier one; all of it if the memory was overwritten. */
    private static byte[] added(byte[] before, byte[] now) {
        if (now.length < before.length || !Arrays.equals(now, 0, before.length, before, 0, before.length)) {
            int common = overlap(before, now);
            return Arrays.copyOfRange(now, common, now.length);
        }
        return Arrays.copyOfRange(now, before.length, now.length);
    }

    /** How much of the end of the one is the beginning of the other. */
    private static int overlap(byte[] before, byte[] now) {
        int longest = Math.min(before.length, now.length);
        int[] borders = new int[longest];
        int matched = 0;
        for (int at = 1; at < longest; at++) {
            while (matched > 0 && now[at] != now[matched]) {
                matched = borders[matched - 1];
            }
            if (now[at] == now[matched]) {
                matched++;
            }
            borders[at] = matched;
        }
        matched = 0;
        for (int at = before.length - longest; at < before.length; at++) {
            while (matched > 0 && (matched == longest || before[at] != now[matched])) {
                matched = borders[matched - 1];
            }
            if (longest > 0 && before[at] == now[matched]) {
                matched++;
            }
        }
        return matched;
    }

    private Mono<byte[]> console(ContainerId id) {
        InstanceAddress address = InstanceAddress.of(id);
        return session.call(
                        LxdCall.CONSOLE,
                        LxdInstances.subject(address),
                        EngineRequest.get(LxdTarget.of(address, "console").toString()))
                .map(EngineReply::body)
                // LXD has no file of a console to which nothing was written.
                .onErrorResume(LxdLogs::isEmpty, _ -> Mono.just(NOTHING));
    }

    private static boolean isEmpty(Throwable failure) {
        return failure instanceof EngineException refused
                && String.valueOf(refused.evidence().nativeMessage()).contains("no such file");
    }

    private static List<LogEntry> lines(byte[] bytes) {
        List<LogEntry> lines = new ArrayList<>();
        int begin = 0;
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] == '\n') {
                lines.add(entry(bytes, begin, at + 1));
                begin = at + 1;
            }
        }
        if (begin < bytes.length) {
            lines.add(entry(bytes, begin, bytes.length));
        }
        return lines;
    }

    private static LogEntry entry(byte[] bytes, int from, int to) {
        return new LogEntry(OutputStreamName.STDOUT, null, Arrays.copyOfRange(bytes, from, to));
    }

    private static List<LogEntry> tail(List<LogEntry> lines, LogQuery query) {
        Integer tail = query.tail();
        return tail == null || tail >= lines.size() ? lines : lines.subList(lines.size() - tail, lines.size());
    }
}

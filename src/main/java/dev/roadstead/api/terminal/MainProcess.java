package dev.roadstead.api.terminal;

import dev.roadstead.api.socket.ServerFrame;
import dev.roadstead.api.socket.Socket;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.engine.Attachment;
import dev.roadstead.engine.ContainerOperations;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.fleet.Located;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A container's main process as a client of a terminal sees it. */
final class MainProcess {
    /** The last lines that a client sees first. */
    static final int LINES = 100;

    /** How long after its last output a process may take to be ended; one that the engine starts again has no exit code to tell. */
    private static final Duration ENDING = Duration.ofSeconds(10);

    private final Located at;

    MainProcess(Located at) {
        this.at = at;
    }

    /** Its last lines and what follows. */
    Mono<EngineStream<LogEntry>> log() {
        return containers().logs(at.container().id(), new LogQuery(true, LINES, null, null, true, true, false));
    }

    Mono<Attachment> attach() {
        return containers().attach(at.container().id());
    }

    /** Joins it until it ends, or the client leaves; it goes on then. */
    Mono<Void> attached(Attachment attachment, @Nullable Size size, Socket socket) {
        Mono<Void> sized = size != null && attachment.hasTerminal()
                ? attachment.resize(size.columns(), size.rows())
                : Mono.empty();
        ProcessInput input = ProcessInput.of(
                attachment, signal -> containers().kill(at.container().id(), signal));
        Mono<Void> output = socket.sendAll(frames(attachment.output())).then(exit(socket));
        return sized.onErrorResume(socket::complain)
                .then(socket.send(new ServerFrame.Started(null, true, attachment.hasTerminal(), 0)))
                .then(Mono.firstWithSignal(output, new InputPump(socket).pumpAll(socket.frames(), input)));
    }

    /** Its log as output of a process. */
    static Flux<ServerFrame.Output> logFrames(Flux<LogEntry> entries) {
        return frames(entries.map(entry -> new ExecOutput(entry.stream(), entry.data())));
    }

    /** Tells its exit code; null if it has none to tell. */
    Mono<Void> exit(Socket socket) {
        return containers()
                .state(at.container().id())
                .flatMap(state -> state.status().isAlive() ? ended().defaultIfEmpty(state) : Mono.just(state))
                .map(state -> new ServerFrame.Exit(state.exitCode()))
                // Removed as soon as it ended: nobody knows its code any more.
                .onErrorResume(EngineException.NotFound.class, _ -> Mono.just(new ServerFrame.Exit(null)))
                .flatMap(socket::send);
    }

    /** Whether its terminal is one. */
    boolean hasTerminal() {
        return Boolean.TRUE.equals(at.container().tty());
    }

    private Mono<ContainerState> ended() {
        return containers()
                .await(at.container().id(), WaitCondition.NOT_RUNNING)
                .timeout(ENDING, Mono.empty());
    }

    private static Flux<ServerFrame.Output> frames(Flux<ExecOutput> output) {
        return Flux.defer(() -> {
            AtomicLong offset = new AtomicLong();
            return output.concatMap(piece -> parts(piece.stream(), piece.data(), offset), 1);
        });
    }

    private static Flux<ServerFrame.Output> parts(OutputStreamName stream, byte[] data, AtomicLong offset) {
        if (data.length <= ServerFrame.MOST_DATA) {
            return data.length == 0
                    ? Flux.empty()
                    : Flux.just(new ServerFrame.Output(stream, data, offset.getAndAdd(data.length)));
        }
        int parts = (data.length + ServerFrame.MOST_DATA - 1) / ServerFrame.MOST_DATA;
        return Flux.range(0, parts).map(number -> {
            int from = number * ServerFrame.MOST_DATA;
            byte[] part = Arrays.copyOfRange(data, from, Math.min(data.length, from + ServerFrame.MOST_DATA));
            return new ServerFrame.Output(stream, part, offset.getAndAdd(part.length));
        });
    }

    private ContainerOperations containers() {
        return at.engine().containers();
    }
}

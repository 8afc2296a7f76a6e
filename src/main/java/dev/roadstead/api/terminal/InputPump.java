package dev.roadstead.api.terminal;

import dev.roadstead.api.socket.ClientFrame;
import dev.roadstead.api.socket.Socket;
import java.time.Duration;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Carries a client's frames to a process, in order. A process that does not read its input stops what is read from the client, a bounded
 * way ahead; a new size or a signal in that bound waits a moment for the input before it, and then passes it.
 */
final class InputPump {
    private static final Duration PATIENCE = Duration.ofMillis(250);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final Socket socket;
    private final InputLane lane = new InputLane();

    InputPump(Socket socket) {
        this.socket = socket;
    }

    /** Carries all there are; completes when the client says or can say no more. */
    Mono<Void> pump(Flux<ClientFrame> frames, ProcessInput process) {
        return running(frames.concatMap(frame -> carry(frame, process), 1).then());
    }

    /** The same for a process that outlives the client: what was said before the goodbye still reaches it, within a bound. */
    Mono<Void> pumpAll(Flux<ClientFrame> frames, ProcessInput process) {
        return running(frames.concatMap(frame -> carry(frame, process), 1)
                .then(lane.quiet().timeout(LAST_WORDS, Mono.empty())));
    }

    /** Does what {@link #carry} has put off, as long as the work goes on. */
    Mono<Void> running(Mono<Void> work) {
        return Mono.firstWithSignal(work, lane.running());
    }

    /** Carries one frame; completes when the next one may come. What fails is told to the client. */
    Mono<Void> carry(ClientFrame frame, ProcessInput process) {
        return switch (frame) {
            case ClientFrame.Stdin stdin ->
                stdin.data().length == 0
                        ? Mono.empty()
                        : lane.add(told(() -> process.input(stdin.data())), stdin.data().length);
            case ClientFrame.Eof _ -> lane.add(told(process::closeInput), 0);
            case ClientFrame.Resize size -> passing(told(() -> process.resize(size.columns(), size.rows())));
            case ClientFrame.Signalled sent -> passing(told(() -> process.signal(sent.signal())));
            case ClientFrame.Close _ -> Mono.empty();
        };
    }

    private Mono<Void> passing(Mono<Void> work) {
        return lane.quiet().timeout(PATIENCE, Mono.empty()).then(work);
    }

    private Mono<Void> told(Supplier<Mono<Void>> work) {
        return Mono.defer(work).onErrorResume(socket::complain);
    }
}

package dev.roadstead.adapter.simulated;

import dev.roadstead.container.OutputStreamName;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What a process is and sees.
 *
 * @param terminal rows and columns as {@code stty size} writes them; null without a terminal
 */
record ProcessSetting(
        List<String> command,
        Map<String, String> env,
        String workingDir,
        String hostname,
        String user,
        ContainerFiles files,
        @Nullable Supplier<String> terminal,
        Input input,
        Output output,
        Scheduler scheduler) {
    /** Where a process writes. */
    interface Output {
        /** Completes when there is room for more. */
        Mono<Void> write(OutputStreamName stream, byte[] data);
    }
}

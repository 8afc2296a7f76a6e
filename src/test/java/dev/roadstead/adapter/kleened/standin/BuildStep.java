package dev.roadstead.adapter.kleened.standin;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The output of one step of a build, and its exit code. */
final class BuildStep implements Exec.Listener {
    private final WebSocketLink link;
    private final boolean quiet;
    private final CompletableFuture<Integer> code = new CompletableFuture<>();

    BuildStep(WebSocketLink link, boolean quiet) {
        this.link = link;
        this.quiet = quiet;
    }

    @Override
    public void output(byte[] bytes) {
        if (!quiet) {
            link.text(bytes);
        }
    }

    @Override
    public void ended(int exitCode, boolean containerRuns) {
        code.complete(exitCode);
    }

    int await() throws InterruptedException {
        try {
            return code.get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

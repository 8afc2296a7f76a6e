package dev.roadstead.adapter.kleened.standin;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The WebSocket {@code /exec/start}. */
final class ExecSocket implements WebSocketLink.Endpoint {
    /** Keys the daemon's code happens to know as words; any other crashes it. */
    private static final Set<String> WORDS = Set.of(
            "exec_id",
            "attach",
            "start_container",
            "name",
            "id",
            "cmd",
            "env",
            "user",
            "tty",
            "image",
            "tag",
            "container_id");

    private final WebSocketLink link;
    private final Execs execs;
    private final Mischief.Of mischief;
    private @Nullable Exec attached;
    private boolean configured;

    ExecSocket(WebSocketLink link, Execs execs, Mischief.Of mischief) {
        this.link = link;
        this.execs = execs;
        this.mischief = mischief;
    }

    @Override
    public void text(byte[] data) {
        if (configured) {
            input(data);
            return;
        }
        configured = true;
        JsonNode config = JsonText.parse(data);
        if (config == null || (config.isObject() && !WORDS.containsAll(config.propertyNames()))) {
            throw new Answer.Crash("ArgumentError", "(ArgumentError) not an already existing atom");
        }
        Schema.Cast cast = Schemas.EXEC_START.cast(config);
        if (!cast.faults().isEmpty()) {
            link.close(
                    1002,
                    "error",
                    "invalid parameters: " + cast.faults().getFirst().detail(),
                    "");
            return;
        }
        if (mischief.instead(link)) {
            return;
        }
        String id = State.text(cast.value(), "exec_id");
        boolean attach = cast.value().path("attach").asBoolean();
        boolean startContainer = cast.value().path("start_container").asBoolean();
        try {
            start(id, attach, startContainer);
        } catch (Answer.Refused refused) {
            JsonNode message = JsonText.parse(refused.answer().body());
            link.text(
                    "error: " + (message == null ? "" : message.path("message").asString()));
            link.close(1011, "error", "error starting exec instance", "");
        }
    }

    private void start(String id, boolean attach, boolean startContainer) {
        Exec exec = execs.find(id);
        if (exec == null) {
            throw new Answer.Refused(404, Execs.unknown(id));
        }
        if (!attach) {
            exec.start(startContainer, DETACHED);
            link.close(1001, "closing", "succesfully started execution instance in detached mode", "");
            return;
        }
        Attached listener = new Attached(exec);
        exec.start(startContainer, listener);
        attached = exec;
        listener.begin();
    }

    private void input(byte[] data) {
        Exec exec = attached;
        if (exec != null) {
            exec.input(data);
        }
    }

    @Override
    public void binary(byte[] data) {
        input(data);
    }

    @Override
    public void pong() {
        // taken
    }

    @Override
    public void left() {
        Exec exec = attached;
        if (exec != null) {
            exec.leave();
        }
    }

    /** Nobody hears the output of a detached exec. */
    static final Exec.Listener DETACHED = new Detached();

    private static final class Detached implements Exec.Listener {
        @Override
        public void output(byte[] bytes) {
            // dropped
        }

        @Override
        public void ended(int code, boolean containerRuns) {
            // nobody asks
        }
    }

    private final class Attached implements Exec.Listener {
        private final Exec exec;
        private boolean begun;

        Attached(Exec exec) {
            this.exec = exec;
        }

        synchronized void begin() {
            link.text(JsonText.control("starting", "", ""));
            begun = true;
            notifyAll();
        }

        private synchronized void awaitBegin() {
            try {
                while (!begun) {
                    wait();
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void output(byte[] bytes) {
            awaitBegin();
            if (!mischief.inOutput(link)) {
                link.text(bytes);
            }
        }

        @Override
        public void ended(int code, boolean containerRuns) {
            awaitBegin();
            if (mischief.atEnd(link)) {
                return;
            }
            link.close(
                    1000,
                    "closing",
                    containerRuns
                            ? "%s has exited with exit-code %d".formatted(exec.id, code)
                            : "executable %s and its container exited with exit-code %d".formatted(exec.id, code),
                    "");
        }
    }
}

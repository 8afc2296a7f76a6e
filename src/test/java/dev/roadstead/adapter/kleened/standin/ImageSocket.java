package dev.roadstead.adapter.kleened.standin;

import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The WebSockets {@code /images/create} and {@code /images/build}, which can stand neither binary frames nor unsolicited pongs. */
final class ImageSocket implements WebSocketLink.Endpoint {
    /** What an endpoint does with its configuration. */
    interface Work {
        /** Starts it; what is returned is called if the client leaves. */
        Runnable start(ObjectNode config, WebSocketLink link);
    }

    private final WebSocketLink link;
    private final Schema schema;
    private final Work work;
    private final Mischief.Of mischief;
    private boolean configured;
    private @Nullable Runnable onLeaving;

    ImageSocket(WebSocketLink link, Schema schema, Work work, Mischief.Of mischief) {
        this.link = link;
        this.schema = schema;
        this.work = work;
        this.mischief = mischief;
    }

    static Work creation(ImageCreation creation) {
        return (config, link) -> {
            link.text(JsonText.control("starting", "", ""));
            Future<?> running = creation.threads().submit(() -> {
                try {
                    creation.create(config, link);
                } catch (ImageCreation.Failed failed) {
                    ImageCreation.fail(link, String.valueOf(failed.getMessage()));
                } catch (Answer.Crash crash) {
                    link.drop();
                }
                return null;
            });
            return () -> running.cancel(true);
        };
    }

    @Override
    public void text(byte[] data) {
        if (configured) {
            return;
        }
        configured = true;
        JsonNode config = JsonText.parse(data);
        if (config == null) {
            link.drop();
            return;
        }
        Schema.Cast cast = schema.cast(config);
        if (!cast.faults().isEmpty()) {
            link.text(cast.faults().getFirst().detail());
            link.close(1002, "error", "invalid parameters", "");
        } else if (!mischief.instead(link)) {
            onLeaving = work.start(cast.value(), link);
        }
    }

    @Override
    public void binary(byte[] data) {
        throw new Answer.Crash(
                "FunctionClauseError", "(FunctionClauseError) no function clause matching in websocket_handle/2");
    }

    @Override
    public void pong() {
        throw new Answer.Crash(
                "FunctionClauseError", "(FunctionClauseError) no function clause matching in websocket_handle/2");
    }

    @Override
    public void left() {
        Runnable leaving = onLeaving;
        if (leaving != null) {
            leaving.run();
        }
    }
}

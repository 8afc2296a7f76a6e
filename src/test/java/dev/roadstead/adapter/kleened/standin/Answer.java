package dev.roadstead.adapter.kleened.standin;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the daemon answers to a request. */
@SuppressWarnings("ArrayRecordComponent")
record Answer(int status, Map<String, String> headers, byte[] body) {
    private static final Map<String, String> CACHE = Map.of("cache-control", "max-age=0, private, must-revalidate");

    static Answer json(int status, JsonNode body) {
        return new Answer(status, with("application/json"), JsonText.bytes(body));
    }

    static Answer id(int status, String id) {
        return json(status, JsonText.NODES.objectNode().put("id", id));
    }

    static Answer message(int status, String message) {
        return json(status, JsonText.NODES.objectNode().put("message", message));
    }

    static Answer noContent() {
        return new Answer(204, with("application/json"), new byte[0]);
    }

    static Answer notFound() {
        return new Answer(404, CACHE, "not found".getBytes(StandardCharsets.UTF_8));
    }

    static Answer invalid(List<Schema.Fault> faults) {
        ArrayNode errors = JsonText.NODES.arrayNode();
        for (Schema.Fault fault : faults) {
            ObjectNode error = errors.addObject();
            error.put("title", "Invalid value");
            error.putObject("source").put("pointer", fault.pointer());
            error.put("detail", fault.detail());
        }
        ObjectNode body = JsonText.NODES.objectNode();
        body.set("errors", errors);
        return new Answer(422, with("application/json; charset=utf-8"), JsonText.bytes(body));
    }

    static Answer page(int status, String type, String text) {
        return new Answer(status, with(type), text.getBytes(StandardCharsets.UTF_8));
    }

    /** Nothing but a status, and then the connection ends. */
    static Answer bare(int status) {
        return new Answer(status, Map.of("connection", "close"), new byte[0]);
    }

    private static Map<String, String> with(String type) {
        return Map.of("cache-control", "max-age=0, private, must-revalidate", "content-type", type);
    }

    /** An answer that ends the handling of a request. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Answer answer;

        Refused(Answer answer) {
            this.answer = answer;
        }

        Refused(int status, String message) {
            this(message(status, message));
        }

        Answer answer() {
            return answer;
        }

        @Override
        public String getMessage() {
            return new String(answer.body, StandardCharsets.UTF_8);
        }
    }

    /** The daemon's code fails: over HTTP a debug page, on a WebSocket 1011 or a lost connection. */
    static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int status;

        Crash(int status, String title, String exception) {
            super(title + "\n" + exception);
            this.status = status;
        }

        /** A crash of the code that answers. */
        Crash(String title, String exception) {
            this(500, title, exception);
        }

        int status() {
            return status;
        }

        String title() {
            return lines()[0];
        }

        String exception() {
            return lines()[1];
        }

        private String[] lines() {
            String message = getMessage();
            return message == null ? new String[] {"", ""} : message.split("\n", 2);
        }
    }

    /** The header of this name. */
    @Nullable
    String header(String name) {
        return headers.get(name);
    }
}

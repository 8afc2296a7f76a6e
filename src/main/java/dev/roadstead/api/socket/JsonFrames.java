package dev.roadstead.api.socket;

import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.container.Signal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON text frames: the form without a subprotocol. Strict in what it takes. */
final class JsonFrames implements FrameCodec {
    /** A terminal's size is two unsigned shorts (ioctl_tty(2), TIOCSWINSZ). */
    static final int LARGEST_SIZE = 65_535;

    private final JsonMapper json;

    JsonFrames(JsonMapper json) {
        this.json = json;
    }

    @Override
    public ClientFrame read(Message message) {
        if (!message.text()) {
            throw ProblemException.invalid(
                    "UNEXPECTED_BINARY",
                    "frame",
                    null,
                    "a binary frame (expected: JSON text; bytes need the subprotocol %s)".formatted(BinaryFrames.NAME));
        }
        return read(message.payload());
    }

    /** Reads one JSON object. */
    ClientFrame read(byte[] text) {
        JsonNode node;
        try {
            node = json.readTree(text);
        } catch (JacksonException unreadable) {
            ProblemException failure = ProblemException.invalid("BAD_JSON", "frame", null, "the frame is not JSON");
            failure.initCause(unreadable);
            throw failure;
        }
        if (!(node instanceof ObjectNode object)) {
            throw ProblemException.invalid("BAD_JSON", "frame", null, "the frame is no JSON object");
        }
        String type = string(object, "type");
        return switch (type) {
            case "stdin" -> {
                only(object, Set.of("type", "data", "encoding"));
                yield new ClientFrame.Stdin(data(object));
            }
            case "resize" -> {
                only(object, Set.of("type", "cols", "rows"));
                yield new ClientFrame.Resize(size(object, "cols"), size(object, "rows"));
            }
            case "signal" -> {
                only(object, Set.of("type", "name"));
                yield new ClientFrame.Signalled(signal(string(object, "name")));
            }
            case "eof" -> {
                only(object, Set.of("type"));
                yield new ClientFrame.Eof();
            }
            case "close" -> {
                only(object, Set.of("type"));
                yield new ClientFrame.Close();
            }
            default ->
                throw ProblemException.invalid(
                        "INVALID_TYPE",
                        "type",
                        shortened(type),
                        "type: %s (expected: stdin, resize, signal, eof or close)".formatted(shortened(type)));
        };
    }

    @Override
    public List<Message> write(ServerFrame frame) {
        return switch (frame) {
            case ServerFrame.Output output -> {
                List<Message> messages = new ArrayList<>(1);
                for (OutputText.Piece piece : OutputText.pieces(output.data())) {
                    messages.add(output(output, piece));
                }
                yield messages;
            }
            case ServerFrame.Control control -> List.of(new Message(true, control(control)));
        };
    }

    /** A control frame as JSON. */
    byte[] control(ServerFrame.Control frame) {
        ObjectNode object = json.createObjectNode();
        object.put("type", frame.type());
        switch (frame) {
            case ServerFrame.Started started -> {
                object.put("exec_id", started.execId());
                object.put("writer", started.writer());
                object.put("tty", started.tty());
                object.put("offset", started.offset());
            }
            case ServerFrame.Exit exit -> object.put("code", exit.code());
            case ServerFrame.Failure error -> {
                object.set("error", json.valueToTree(error.error()));
                object.put("fatal", error.fatal());
            }
            case ServerFrame.Item item -> object.setAll(body(item));
        }
        return json.writeValueAsBytes(object);
    }

    private ObjectNode body(ServerFrame.Item item) {
        ObjectNode body = json.valueToTree(item.body());
        if (body.has("type")) {
            throw new IllegalArgumentException("the body of a %s frame has a type of its own".formatted(item.type()));
        }
        return body;
    }

    private Message output(ServerFrame.Output output, OutputText.Piece piece) {
        ObjectNode object = json.createObjectNode();
        object.put("type", output.stream().word());
        if (piece.text()) {
            object.put("data", new String(output.data(), piece.from(), piece.length(), StandardCharsets.UTF_8));
            object.put("encoding", "utf8");
        } else {
            ByteBuffer bytes = ByteBuffer.wrap(output.data(), piece.from(), piece.length());
            object.put(
                    "data", new String(Base64.getEncoder().encode(bytes.slice()).array(), StandardCharsets.ISO_8859_1));
            object.put("encoding", "base64");
        }
        object.put("offset", output.offset() + piece.from());
        return new Message(true, json.writeValueAsBytes(object));
    }

    private static byte[] data(ObjectNode object) {
        String data = string(object, "data");
        String encoding = object.has("encoding") ? string(object, "encoding") : "utf8";
        return switch (encoding) {
            case "utf8" -> utf8(data);
            case "base64" -> base64(data);
            default ->
                throw ProblemException.invalid(
                        "INVALID_ENCODING",
                        "encoding",
                        shortened(encoding),
                        "encoding: %s (expected: utf8 or base64)".formatted(shortened(encoding)));
        };
    }

    private static byte[] utf8(String data) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(data));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException half) {
            ProblemException failure = ProblemException.invalid(
                    "INVALID_DATA", "data", null, "data: half a surrogate pair has no bytes (expected: base64)");
            failure.initCause(half);
            throw failure;
        }
    }

    private static byte[] base64(String data) {
        try {
            return Base64.getDecoder().decode(data);
        } catch (IllegalArgumentException unreadable) {
            ProblemException failure =
                    ProblemException.invalid("INVALID_DATA", "data", null, "data is not base64 (RFC 4648, section 4)");
            failure.initCause(unreadable);
            throw failure;
        }
    }

    private static Signal signal(String name) {
        try {
            return Signal.of(name);
        } catch (IllegalArgumentException unknown) {
            ProblemException failure = ProblemException.invalid(
                    "INVALID_NAME",
                    "name",
                    shortened(name),
                    "name: %s (expected: a signal such as INT)".formatted(shortened(name)));
            failure.initCause(unknown);
            throw failure;
        }
    }

    private static int size(ObjectNode object, String field) {
        JsonNode value = required(object, field);
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < 1
                || value.intValue() > LARGEST_SIZE) {
            throw ProblemException.invalid(
                    code("INVALID_", field),
                    field,
                    shortened(value.toString()),
                    "%s: %s (expected: a whole number from 1 to %d)"
                            .formatted(field, shortened(value.toString()), LARGEST_SIZE));
        }
        return value.intValue();
    }

    private static String string(ObjectNode object, String field) {
        JsonNode value = required(object, field);
        if (!value.isString()) {
            throw ProblemException.invalid(
                    code("INVALID_", field),
                    field,
                    shortened(value.toString()),
                    "%s: %s (expected: a text)".formatted(field, shortened(value.toString())));
        }
        return value.stringValue();
    }

    private static JsonNode required(ObjectNode object, String field) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            throw ProblemException.invalid(code("MISSING_", field), field, null, "%s is required".formatted(field));
        }
        return value;
    }

    private static void only(ObjectNode object, Set<String> known) {
        for (String field : object.propertyNames()) {
            if (!known.contains(field)) {
                throw ProblemException.invalid(
                        "UNKNOWN_FIELD",
                        shortened(field),
                        null,
                        "%s is not a field of this frame".formatted(shortened(field)));
            }
        }
    }

    private static String code(String prefix, String field) {
        return prefix + field.toUpperCase(Locale.ROOT);
    }

    private static String shortened(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}

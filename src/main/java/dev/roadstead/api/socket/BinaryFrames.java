package dev.roadstead.api.socket;

import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.container.OutputStreamName;
import java.util.Arrays;
import java.util.List;

/**
 * The subprotocol {@value #NAME}: binary frames whose first byte tells what follows: 0 bytes for the input, 1 and 2 bytes of the
 * outputs, 3 JSON as in the text form. Output has no offset of its own: {@code started} tells where it begins, and nothing is left out.
 */
final class BinaryFrames implements FrameCodec {
    static final String NAME = "roadstead.binary.v1";

    private static final byte STDIN = 0;
    private static final byte STDOUT = 1;
    private static final byte STDERR = 2;
    private static final byte CONTROL = 3;

    private final JsonFrames json;

    BinaryFrames(JsonFrames json) {
        this.json = json;
    }

    @Override
    public ClientFrame read(Message message) {
        byte[] payload = message.payload();
        if (message.text()) {
            throw ProblemException.invalid(
                    "UNEXPECTED_TEXT", "frame", null, "a text frame (expected: binary, as in %s)".formatted(NAME));
        }
        if (payload.length == 0) {
            throw ProblemException.invalid("EMPTY_FRAME", "frame", null, "an empty frame (expected: a first byte)");
        }
        byte[] rest = Arrays.copyOfRange(payload, 1, payload.length);
        return switch (payload[0]) {
            case STDIN -> new ClientFrame.Stdin(rest);
            case CONTROL -> json.read(rest);
            default ->
                throw ProblemException.invalid(
                        "INVALID_TYPE",
                        "type",
                        payload[0] & 0xff,
                        "first byte: %d (expected: 0 stdin, or 3 JSON)".formatted(payload[0] & 0xff));
        };
    }

    @Override
    public List<Message> write(ServerFrame frame) {
        return List.of(
                switch (frame) {
                    case ServerFrame.Output output ->
                        message(output.stream() == OutputStreamName.STDERR ? STDERR : STDOUT, output.data());
                    case ServerFrame.Control control -> message(CONTROL, json.control(control));
                });
    }

    private static Message message(byte first, byte[] rest) {
        byte[] payload = new byte[rest.length + 1];
        payload[0] = first;
        System.arraycopy(rest, 0, payload, 1, rest.length);
        return new Message(false, payload);
    }
}

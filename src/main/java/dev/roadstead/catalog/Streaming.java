package dev.roadstead.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;

/** How the bytes of an answer are framed. */
public enum Streaming {
    /** One document. */
    @JsonProperty("none")
    NONE("none"),
    /** JSON values one after the other, maybe for ever. */
    @JsonProperty("ndjson")
    NDJSON("ndjson"),
    /** Bytes of any kind. */
    @JsonProperty("raw-stream")
    RAW_STREAM("raw-stream"),
    /** Pieces of two outputs, each behind a head of eight bytes; plain bytes if there is a terminal. */
    @JsonProperty("multiplexed")
    MULTIPLEXED("multiplexed"),
    /** The connection leaves HTTP behind. */
    @JsonProperty("hijack")
    HIJACK("hijack"),
    /** The connection becomes a WebSocket. */
    @JsonProperty("websocket")
    WEBSOCKET("websocket"),
    /** An archive. */
    @JsonProperty("tar")
    TAR("tar");

    private final String word;

    Streaming(String word) {
        this.word = word;
    }

    /** The kind of this word; fails with {@link IllegalArgumentException} if there is none. */
    static Streaming of(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("streaming: %s (expected: one of %s)"
                        .formatted(
                                word,
                                Arrays.stream(values()).map(Streaming::word).toList())));
    }

    /** The word in the API. */
    public String word() {
        return word;
    }

    /** Whether the call takes the connection over. */
    public boolean takesOver() {
        return this == HIJACK || this == WEBSOCKET;
    }

    /** Whether there may be nothing to tell for as long as it likes. */
    public boolean mayBeSilent() {
        return this != NONE && this != TAR;
    }
}

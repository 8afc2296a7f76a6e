package dev.roadstead.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;

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

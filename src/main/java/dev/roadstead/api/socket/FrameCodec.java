package dev.roadstead.api.socket;

import java.util.List;

/** Frames as WebSocket messages; one implementation for each subprotocol. */
interface FrameCodec {
    /**
     * Reads what a client sent.
     *
     * @throws dev.roadstead.api.problem.ProblemException if it makes no sense
     */
    ClientFrame read(Message message);

    /** The messages for a frame, in order; output may need several. */
    List<Message> write(ServerFrame frame);
}

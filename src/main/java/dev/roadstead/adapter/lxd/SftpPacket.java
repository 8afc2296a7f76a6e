package dev.roadstead.adapter.lxd;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A message of SFTP version 3 (draft-ietf-secsh-filexfer-02): its type, and what follows the id.
 *
 * @param body read from its beginning; at most once
 */
record SftpPacket(int type, ByteBuffer body) {
    static final int INIT = 1;
    static final int VERSION = 2;
    static final int OPEN = 3;
    static final int CLOSE = 4;
    static final int READ = 5;
    static final int WRITE = 6;
    static final int LSTAT = 7;
    static final int SETSTAT = 9;
    static final int OPENDIR = 11;
    static final int READDIR = 12;
    static final int REMOVE = 13;
    static final int MKDIR = 14;
    static final int RMDIR = 15;
    static final int STAT = 17;
    static final int READLINK = 19;
    static final int SYMLINK = 20;
    static final int STATUS = 101;
    static final int HANDLE = 102;
    static final int DATA = 103;
    static final int NAME = 104;
    static final int ATTRS = 105;
    static final int EXTENDED = 200;

    /** Codes of a status. */
    static final int OK = 0;

    static final int EOF = 1;
    static final int NO_SUCH_FILE = 2;
    static final int PERMISSION_DENIED = 3;
    static final int FAILURE = 4;

    /** The type of what answers a request that succeeds. */
    static int answerTo(int request) {
        return switch (request) {
            case OPEN, OPENDIR -> HANDLE;
            case READ -> DATA;
            case READDIR, READLINK -> NAME;
            case LSTAT, STAT -> ATTRS;
            default -> STATUS;
        };
    }

    /** Bytes in the form of the protocol: their number before them. */
    byte[] bytes() {
        int length = body.getInt();
        if (length < 0 || length > body.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        body.get(bytes);
        return bytes;
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    int number() {
        return body.getInt();
    }

    /** Puts a message together. */
    static final class Builder {
        private ByteBuffer content = ByteBuffer.allocate(256);

        Builder number(int value) {
            room(Integer.BYTES).putInt(value);
            return this;
        }

        Builder number(long value) {
            room(Long.BYTES).putLong(value);
            return this;
        }

        Builder text(String value) {
            return bytes(value.getBytes(StandardCharsets.UTF_8));
        }

        Builder bytes(byte[] value) {
            room(Integer.BYTES + value.length).putInt(value.length).put(value);
            return this;
        }

        /** The message as it is sent.
         *
         * @param id of the request; of the first message the version
         */
        byte[] build(int type, int id) {
            ByteBuffer message = ByteBuffer.allocate(Integer.BYTES + 1 + Integer.BYTES + content.position());
            message.putInt(1 + Integer.BYTES + content.position())
                    .put((byte) type)
                    .putInt(id)
                    .put(content.flip());
            return message.array();
        }

        private ByteBuffer room(int more) {
            if (content.remaining() < more) {
                content = ByteBuffer.wrap(Arrays.copyOf(
                                content.array(), Math.max(content.capacity() * 2, content.position() + more)))
                        .position(content.position());
            }
            return content;
        }
    }
}

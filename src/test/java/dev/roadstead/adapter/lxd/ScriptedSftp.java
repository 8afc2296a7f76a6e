package dev.roadstead.adapter.lxd;

import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedConnection;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The daemon's side of a connection for files, right or wrong. */
final class ScriptedSftp {
    static final int FILE = 0100644;

    private final ScriptedConnection connection;

    private ScriptedSftp(ScriptedConnection connection) {
        this.connection = connection;
    }

    /** A request. */
    record Asked(int type, int id, SftpPacket packet) {}

    /** What is done with each request after the first. */
    interface Manners {
        void meet(Asked asked, ScriptedSftp server) throws IOException;
    }

    /** Takes the connection over, agrees on the protocol, and then has these manners. */
    static Script with(Manners manners) {
        return connection -> {
            ScriptedSftp server = new ScriptedSftp(connection);
            connection.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: sftp\r\n\r\n");
            DataInputStream in = new DataInputStream(connection.rawInput());
            boolean agreed = false;
            for (int length = next(in); length > 0; length = next(in)) {
                ByteBuffer message = ByteBuffer.wrap(in.readNBytes(length));
                Asked asked = new Asked(message.get(), message.getInt(), new SftpPacket(0, message));
                if (agreed) {
                    manners.meet(asked, server);
                } else {
                    server.send(new SftpPacket.Builder().build(SftpPacket.VERSION, asked.id()));
                    agreed = true;
                }
            }
        };
    }

    private static int next(DataInputStream in) {
        try {
            return in.readInt();
        } catch (IOException closed) {
            return 0;
        }
    }

    void send(byte[] packet) throws IOException {
        connection.write(packet);
    }

    /** Sends the beginning of it and is gone. */
    void sendPartAndLeave(byte[] packet) throws IOException {
        connection.write(Arrays.copyOf(packet, packet.length - 3));
        connection.close();
    }

    /** Byte by byte. */
    void drip(byte[] packet) throws IOException {
        for (byte part : packet) {
            connection.write(new byte[] {part});
        }
    }

    void leave() throws IOException {
        connection.close();
    }

    void ok(Asked asked) throws IOException {
        send(status(asked, SftpPacket.OK, ""));
    }

    static byte[] status(Asked asked, int code, String text) {
        return new SftpPacket.Builder().number(code).text(text).text("").build(SftpPacket.STATUS, asked.id());
    }

    static byte[] handle(Asked asked) {
        return new SftpPacket.Builder().text("h1").build(SftpPacket.HANDLE, asked.id());
    }

    static byte[] attributes(Asked asked, int mode, long size) {
        return new SftpPacket.Builder()
                .number(SftpAttributes.SIZE | SftpAttributes.PERMISSIONS)
                .number(size)
                .number(mode)
                .build(SftpPacket.ATTRS, asked.id());
    }

    static byte[] data(Asked asked, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'x');
        return new SftpPacket.Builder().bytes(bytes).build(SftpPacket.DATA, asked.id());
    }

    /** As a server that has only a file of this size, and reads it. */
    static void file(Asked asked, ScriptedSftp server, long size) throws IOException {
        switch (asked.type()) {
            case SftpPacket.LSTAT, SftpPacket.STAT -> server.send(attributes(asked, FILE, size));
            case SftpPacket.OPEN -> server.send(handle(asked));
            case SftpPacket.READ -> {
                asked.packet().bytes();
                asked.packet().body().getLong();
                server.send(data(asked, asked.packet().number()));
            }
            default -> server.ok(asked);
        }
    }

    /** As a server with one empty folder. */
    static void emptyFolder(Asked asked, ScriptedSftp server) throws IOException {
        switch (asked.type()) {
            case SftpPacket.STAT -> server.send(attributes(asked, 0040755, 0));
            case SftpPacket.LSTAT -> server.send(status(asked, SftpPacket.NO_SUCH_FILE, "file does not exist"));
            case SftpPacket.OPEN -> server.send(handle(asked));
            default -> server.ok(asked);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

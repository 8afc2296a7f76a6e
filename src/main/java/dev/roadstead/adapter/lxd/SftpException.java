package dev.roadstead.adapter.lxd;

/** The daemon's SFTP server refused a request. */
final class SftpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    SftpException(int code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    boolean isMissing() {
        return code == SftpPacket.NO_SUCH_FILE;
    }

    boolean isDenied() {
        return code == SftpPacket.PERMISSION_DENIED;
    }

    boolean isEnd() {
        return code == SftpPacket.EOF;
    }

    /** A path goes through something that is no folder; there is no code for it. */
    boolean isNotAFolder() {
        return code == SftpPacket.FAILURE && String.valueOf(getMessage()).endsWith("not a directory");
    }

    boolean isTaken() {
        return code == SftpPacket.FAILURE && String.valueOf(getMessage()).endsWith("file exists");
    }
}

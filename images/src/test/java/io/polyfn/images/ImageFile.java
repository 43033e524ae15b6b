package io.polyfn.images;

/** One line of an image's listing. */
record ImageFile(int mode, String path) {
    private static final int EXECUTE = 0111;
    private static final int SET_USER_OR_GROUP = 06000;

    static ImageFile parse(String line) {
        var space = line.indexOf(' ');
        return new ImageFile(Integer.parseInt(line.substring(0, space), 8), line.substring(space + 1));
    }

    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    boolean isExecutable() {
        return (mode & EXECUTE) != 0;
    }

    boolean changesItsUser() {
        return (mode & SET_USER_OR_GROUP) != 0;
    }
}

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// acceptedFile lists the incompatible changes since a release that are meant: the release, a
// space, and the change as a check prints it.
const acceptedFile = "internal/apiface/accepted.txt"

var release = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+$`)

// lastRelease returns the highest version that what is checked out descends from, "" when
// there is none.
func lastRelease(dir string) (string, error) {
	out, err := output(dir, "git", "tag", "--merged", "HEAD", "--list", "v*", "--sort=-version:refname")
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(out) {
		if tag := strings.TrimSpace(line); release.MatchString(tag) {
			return tag, nil
		}
	}
	return "", nil
}

// faceAt reads the face that is stored in a tag. It is empty where none is.
func faceAt(dir, modulePath, tag string) (face, error) {
	out, err := output(dir, "git", "ls-tree", "-r", "-z", "--name-only", tag, "--", folder+"/")
	if err != nil {
		return nil, err
	}
	f := make(face)
	for name := range strings.SplitSeq(strings.TrimSuffix(out, "\x00"), "\x00") {
		if name == "" {
			continue
		}
		text, err := output(dir, "git", "show", tag+":./"+name)
		if err != nil {
			return nil, err
		}
		f[packageIn(modulePath, strings.TrimPrefix(name, folder+"/"))] = text
	}
	return f, nil
}

// accepted returns the incompatible changes since a release that are meant.
func accepted(dir, tag string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(acceptedFile)))
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	var list []string
	for line := range strings.Lines(string(text)) {
		if change, ok := strings.CutPrefix(strings.TrimSpace(line), tag+" "); ok {
			list = append(list, change)
		}
	}
	return list, nil
}

// without returns the elements of one list that another one does not have.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

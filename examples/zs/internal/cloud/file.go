package cloud

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
)

// A File is what zs login keeps: a session, or an access key, and never a password.
type File struct {
	Endpoint        string `json:"endpoint"`
	Name            string `json:"name,omitempty"` // of who has logged in, to be shown
	Session         string `json:"session,omitempty"`
	AccessKeyID     string `json:"accessKeyId,omitempty"`
	AccessKeySecret string `json:"accessKeySecret,omitempty"`
	// TimeZone is that of the server, as the login found it: an offset such as +08:00.
	TimeZone string `json:"timeZone,omitempty"`

	location *time.Location // of TimeZone; nil for none
}

// String says whose credentials they are, without any of them.
func (f File) String() string {
	if f.Name == "" {
		return f.Endpoint
	}
	return f.Name + "@" + f.Endpoint
}

// Path returns where the file is: what ZS_CREDENTIALS says, or in the folder that the user has
// for the configuration of programs.
func Path() (string, error) {
	if path := os.Getenv("ZS_CREDENTIALS"); path != "" {
		return path, nil
	}
	folder, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, "zs", "credentials.json"), nil
}

// Read reads the file. It returns nil where there is none.
func Read() (*File, error) {
	path, err := Path()
	if err != nil {
		return nil, nil // Without a home there is no file.
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	stat, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if runtime.GOOS != "windows" && stat.Mode().Perm()&0o077 != 0 {
		return nil, &Error{lang.S("%s can be read by others: run chmod 600 on it, and log in again if others may have read it", path), ErrFile}
	}
	f := new(File)
	data, err := io.ReadAll(file)
	if err == nil {
		err = json.Unmarshal(data, f)
	}
	if err == nil && f.TimeZone != "" {
		f.location, err = zone(f.TimeZone)
	}
	if err != nil || f.Endpoint == "" || f.Session == "" && (f.AccessKeyID == "" || f.AccessKeySecret == "") {
		return nil, &Error{lang.S("%s is not a file of zs login: remove it and log in again", path), ErrFile}
	}
	return f, nil
}

// Write replaces the file. Nobody but the user can read it, not even while it is written.
func Write(f File) (path string, err error) {
	path, err = Path()
	if err != nil {
		return "", err
	}
	data, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return "", err
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	temporary, err := os.CreateTemp(folder, ".credentials-*") // of mode 0600
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temporary.Name())
		}
	}()
	_, err = temporary.Write(append(data, '\n'))
	if err = errors.Join(err, temporary.Close()); err != nil {
		return "", err
	}
	return path, os.Rename(temporary.Name(), path)
}

// Remove removes the file, if there is one.
func Remove() error {
	path, err := Path()
	if err != nil {
		return err
	}
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// zoneName writes the zone of a server for the file, as the offset that it has now: a session does
// not outlive that for long.
func zoneName(location *time.Location) string { return time.Now().In(location).Format("-07:00") }

// zone reads what zoneName wrote.
func zone(name string) (*time.Location, error) {
	at, err := time.Parse("-07:00", name)
	if err != nil {
		return nil, err
	}
	_, offset := at.Zone()
	return time.FixedZone(name, offset), nil
}

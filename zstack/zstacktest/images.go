package zstacktest

import (
	"strings"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func imageAPIs() []*api {
	return []*api{
		on("AddImage", addImage),
		on("CreateRootVolumeTemplateFromRootVolume", createTemplate),
		on("UpdateImage", update),
		on("ChangeImageState", changeState),
		on("DeleteImage", deleteImage),
		on("RecoverImage", recoverImage),
		on("ExpungeImage", expungeImage),
	}
}

func addImage(c *call) (*javajson.Object, *apierr.Error) {
	if len(c.list("backupStorageUuids")) == 0 {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "field[backupStorageUuids] of message[%s] cannot be empty", c.api.name)
	}
	fields := map[string]any{"md5Sum": "not calculated"}
	if !c.has("format") {
		fields["format"] = imageFormat(c.str("url"))
	}
	return c.addImage(fields)
}

func imageFormat(url string) string {
	switch {
	case strings.HasSuffix(url, ".iso"):
		return "iso"
	case strings.HasSuffix(url, ".raw") || strings.HasSuffix(url, ".img"):
		return "raw"
	}
	return "qcow2"
}

// createTemplate makes an image of a root volume.
func createTemplate(c *call) (*javajson.Object, *apierr.Error) {
	v := c.row("rootVolumeUuid")
	if v.Str("type") != "Root" {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "volume[uuid:%s] is not a root volume", v.Key)
	}
	return c.addImage(map[string]any{
		"url": "volume://" + v.Key, "size": v.Int("size"), "actualSize": v.Int("actualSize"), "format": v.Str("format"),
	})
}

// addImage adds an image and says on which backup storage it is.
func (c *call) addImage(fields map[string]any) (*javajson.Object, *apierr.Error) {
	image, err := c.insert("Image", fields)
	if err != nil {
		return nil, err
	}
	for _, bs := range c.rows("backupStorageUuids", "BackupStorage") {
		c.node.storeImage(image, bs, c.now)
	}
	return c.answer(image)
}

func deleteImage(c *call) (*javajson.Object, *apierr.Error) {
	c.store().Touch(c.row("uuid"), c.now, map[string]any{"status": "Deleted"})
	return nil, nil
}

func recoverImage(c *call) (*javajson.Object, *apierr.Error) {
	r, err := c.deletedImage()
	if err != nil {
		return nil, err
	}
	return c.change(r, map[string]any{"status": "Ready"})
}

func expungeImage(c *call) (*javajson.Object, *apierr.Error) {
	r, err := c.deletedImage()
	if err != nil {
		return nil, err
	}
	c.node.remove(r, c.now)
	return nil, nil
}

func (c *call) deletedImage() (*store.Row, *apierr.Error) {
	r := c.row("imageUuid")
	if status := r.Str("status"); status != "Deleted" {
		return nil, apierr.Failf(apierr.CodeOperation, "image[uuid:%s] is in the status %s, not in Deleted", r.Key, status)
	}
	return r, nil
}

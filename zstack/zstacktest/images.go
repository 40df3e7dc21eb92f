package zstacktest

import (
	"strings"
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

func addImage(c *call) (*object, *apiError) {
	if len(c.list("backupStorageUuids")) == 0 {
		return nil, failf(codeInvalidArgument, "field[backupStorageUuids] of message[%s] cannot be empty", c.api.name)
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
func createTemplate(c *call) (*object, *apiError) {
	v := c.row("rootVolumeUuid")
	if v.str("type") != "Root" {
		return nil, failf(codeInvalidArgument, "volume[uuid:%s] is not a root volume", v.key)
	}
	return c.addImage(map[string]any{
		"url": "volume://" + v.key, "size": v.int("size"), "actualSize": v.int("actualSize"), "format": v.str("format"),
	})
}

// addImage adds an image and says on which backup storage it is.
func (c *call) addImage(fields map[string]any) (*object, *apiError) {
	image, err := c.insert("Image", fields)
	if err != nil {
		return nil, err
	}
	for _, bs := range c.rows("backupStorageUuids", "BackupStorage") {
		c.node.storeImage(image, bs, c.now)
	}
	return c.answer(image)
}

func deleteImage(c *call) (*object, *apiError) {
	c.store().touch(c.row("uuid"), c.now, map[string]any{"status": "Deleted"})
	return nil, nil
}

func recoverImage(c *call) (*object, *apiError) {
	r, err := c.deletedImage()
	if err != nil {
		return nil, err
	}
	return c.change(r, map[string]any{"status": "Ready"})
}

func expungeImage(c *call) (*object, *apiError) {
	r, err := c.deletedImage()
	if err != nil {
		return nil, err
	}
	c.node.remove(r, c.now)
	return nil, nil
}

func (c *call) deletedImage() (*row, *apiError) {
	r := c.row("imageUuid")
	if status := r.str("status"); status != "Deleted" {
		return nil, failf(codeOperation, "image[uuid:%s] is in the status %s, not in Deleted", r.key, status)
	}
	return r, nil
}

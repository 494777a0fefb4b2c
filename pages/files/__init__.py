"""Cards as what leaves the page: files, pictures, printable and embedded pages."""

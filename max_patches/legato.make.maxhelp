{
    "patcher": {
        "title": "legato.make help",
        "fileversion": 1,
        "appversion": {
            "major": 8,
            "minor": 5,
            "revision": 5,
            "architecture": "x64",
            "modernui": 1
        },
        "classnamespace": "box",
        "rect": [
            60.0,
            60.0,
            1300.0,
            632.0
        ],
        "bglocked": 0,
        "openinpresentation": 0,
        "default_fontsize": 12.0,
        "default_fontface": 0,
        "default_fontname": "Arial",
        "gridonopen": 1,
        "gridsize": [
            15.0,
            15.0
        ],
        "gridsnaponopen": 1,
        "objectsnaponopen": 1,
        "statusbarvisible": 2,
        "toolbarvisible": 1,
        "lefttoolbarpinned": 0,
        "toptoolbarpinned": 0,
        "righttoolbarpinned": 0,
        "bottomtoolbarpinned": 0,
        "toolbars_unpinned_last_save": 0,
        "tallnewobj": 0,
        "boxanimatetime": 200,
        "enablehscroll": 1,
        "enablevscroll": 1,
        "devicewidth": 0.0,
        "description": "",
        "digest": "",
        "tags": "",
        "style": "",
        "subpatcher_template": "",
        "assistshowspatchername": 0,
        "boxes": [
            {
                "box": {
                    "id": "obj-1",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        10,
                        400,
                        21
                    ],
                    "text": "legato.make",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-2",
                    "maxclass": "comment",
                    "numinlets": 1,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        36,
                        640,
                        60
                    ],
                    "text": "A row a command: fill in its controls, Return ends a text, and press its button. What is left empty is left to Legato; an empty source or take means the one chosen in legato.take, an empty call the latest. Drop a file on the field beside a source or a score. It needs legato.connect somewhere, which holds the connection; one is below.",
                    "fontsize": 10.0
                }
            },
            {
                "box": {
                    "id": "obj-3",
                    "maxclass": "bpatcher",
                    "numinlets": 0,
                    "numoutlets": 0,
                    "patching_rect": [
                        20,
                        150,
                        1260,
                        314
                    ],
                    "name": "legato.make.maxpat",
                    "bgmode": 0,
                    "border": 0,
                    "clickthrough": 0,
                    "enablehscroll": 0,
                    "enablevscroll": 0,
                    "lockeddragscroll": 0,
                    "viewvisibility": 1,
                    "outlettype": [
                        "float",
                        "",
                        ""
                    ],
                    "offset": [
                        0.0,
                        0.0
                    ]
                }
            },
            {
                "box": {
                    "id": "obj-4",
                    "maxclass": "bpatcher",
                    "numinlets": 1,
                    "numoutlets": 1,
                    "patching_rect": [
                        20,
                        484,
                        560,
                        128
                    ],
                    "name": "legato.connect.maxpat",
                    "bgmode": 0,
                    "border": 0,
                    "clickthrough": 0,
                    "enablehscroll": 0,
                    "enablevscroll": 0,
                    "lockeddragscroll": 0,
                    "viewvisibility": 1,
                    "outlettype": [
                        "signal"
                    ],
                    "offset": [
                        0.0,
                        0.0
                    ]
                }
            }
        ],
        "lines": [],
        "dependency_cache": [],
        "autosave": 0
    }
}

// The page `/hub`.
import '../base/base.css';
import '../base/kit.css';
import '../base/settings.css';
import '../base/sheet.css';
import '../hub/hub.css';
import './home.css';
import './sheets.css';
import './engage-home';
import '../hub/engage-games';
import { openPage } from '../hub/start';

openPage();
